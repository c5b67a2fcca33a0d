module gotwin/bench/probe

go 1.22
