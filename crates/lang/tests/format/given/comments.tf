# top
      // indented
/* block */
a /* 1 */ = /* 2 */ 3 /* 4 */ # 5
  /* over
      two lines */ b = 1
c = [ # first
1, # one
    # alone
2 /* two */, /* three */ 3
# last
]
resource /* dropped */ a /* dropped */ "b" /* kept */ { # six
}
locals /* kept */ {
      # inside
}
d = 1#tight
e = 1//tight
f = /**/ 1
