module corners

go 1.22
