module pod

go 1.21
