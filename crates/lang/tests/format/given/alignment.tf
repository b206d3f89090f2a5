a = 1
bbb = 2 # two
cc = 3 // three

dddddd = 4
# a comment between
e = 5 # five
ff = {
g = 6
hhhh = 7
} # end
i = 8

é = 1
ббб = 2
日本 = 3
w = { # families
"👨‍👩‍👧" = 1 # one
x = 2
}
j = [1, 2] /* x */ # why
kkkkk = foo(1,
2) # because
l {} # block
mmm = 1 # attribute
n = { a = 1 } # object
oooooooo = {
x = 1, yyy = 2
}
p = [
q == r, # one
s, # two
]
t = { u : 1 # c
vvv : 2 # d
}
