module both

go 1.22
