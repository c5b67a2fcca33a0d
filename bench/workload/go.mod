module gotwin/bench/workload

go 1.23
