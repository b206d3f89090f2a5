a  = 1
b  = 2
c  = [1, 2, 3, ]
d  = { a = 1, b : 2, "c" = 3, (d) = 4 }
e  = foo(a, b...)
f  = a.b[0].c["d"].*.e[*].f
g  = !a && -b > -1 || !!c
h  = a - b- - c * -d / -e % -f
i  = a ? -b : -c
j  = [-1, -2]
k  = { a = -1 }
l  = foo(-1, -2)
m  = (-1)
n  = "${a}${b}x${c}"
o  = "${ { a = 1 } }x"
p  = [for x in [1] : x]
q  = [for x in [1] : x]
r  = { for k, v in a : k => v... if k != "b" }
s  = provider::a::b(1)
t  = a == b
u  = a.0.b
v  = []
w  = {}
x  = (a)
y  = foo()
z  = a[0]
aa = foo(a)[0]
ab = [1][0]
ac = "%{if a}b%{else}c%{endif}"
ad = a >= b
ae = a <= b && c
af = a < -1
ag = a == -1
ah = x[-1]
