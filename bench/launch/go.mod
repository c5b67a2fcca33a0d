module gotwin/bench/launch

go 1.22
