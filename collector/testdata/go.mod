module example.com/gotwin/testdata

go 1.22
