module gotwin/instrument

go 1.22
