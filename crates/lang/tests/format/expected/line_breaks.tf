

a = 1


b {

  ccc = 1 # d
  e   = <<EOT
  f
EOT
}


