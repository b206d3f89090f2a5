a   = <<EOT
   kept ${a}   and %{if b}c%{endif}
      as it is
EOT
bbb = <<-EOT
      indented   marker
      EOT
c = foo(<<EOT
   x ${
  y(
    b
  )
} z
   EOT
,
1)
d = {
  e = [<<-EOT
    %{for x in y}
  hi ${join(",", [
    1,
    2
])}   ${x}
    %{endfor}
    EOT
, 2]
f = 2
}
gggg = <<EOT
= # not a comment
EOT
