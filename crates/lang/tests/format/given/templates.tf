a = "  kept  ${a}  $${ b }  %%{ c }  "
b = "%{ if a ~}  x  %{~ else }y%{ endif }"
c = "${foo(
1,
   2)} x"
e = "a ${ "b ${ c } d" } e"
f = "\"# \" // /* "
