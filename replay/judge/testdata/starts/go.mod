module starts

go 1.22
