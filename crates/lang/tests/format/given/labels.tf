resource a b {}
resource "a" b{
}
resource a "b"   {}
locals {}
locals{
}
one b { c=1 }
a "b" "c" "d" {}
a "" {}
a "b\tc\"d\\e\u00e9\u200b" {}
a "😀\U0001F600" {}
