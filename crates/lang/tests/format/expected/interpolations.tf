a = b
b = b.c[0]
c = b
d = (b ? c :
d) # kept
e = (b
+ c)
f = ([
  1
])
g = "${b}${c}"
h = "${b} "
i = b["${c}"]
j = ["${b}"]
k = { l = "${b}" }
l = b
m = "${b}"
n = <<EOT
x
EOT
o = "%{if b}c%{endif}"
p = b /* c */ # d
q = /* c */ b
r { s = b }
t = foo("x")
u = b # c

v = foo( # c
b)
