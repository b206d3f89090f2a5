resource "a" "b" {}
resource "a" "b" {
}
resource "a" "b" {}
locals {}
locals {
}
one "b" { c = 1 }
a "b" "c" "d" {}
a "" {}
a "b\tc\"d\\eé\u200b" {}
a "😀😀" {}
