module gotwin/fixtures

go 1.22
