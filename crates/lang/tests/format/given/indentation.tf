resource "a" "b" {
a = {
b = [
1,
      [2,
3]
]
}
      nested {
}
          }
c = foo([{
d = 1
}, {
e = 2
}
])
f = [[[
1
]]]
g = [[
1
], 2
]
h = (a
+ b)
i = [ for x in [
1
]
: x
]
j = foo(
a,
b) + bar(
c
)
	tabs {
		k = 1
	}
