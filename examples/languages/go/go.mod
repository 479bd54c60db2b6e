module tracehop.example/hop

go 1.19
