# Who may come in, and what they may do with their own accounts and sessions.
package carillon.session

import data.carillon.lib
import rego.v1

# Whoever signs in is nobody yet: the password, link or token is checked by the verb.
signIn := lib.allow("anyone")

signInByLink := lib.allow("anyone")

refresh := lib.allow("anyone")

# To look up which principal a cookie or token stands for.
recognise := lib.allow("anyone")

# The server notes now and then which sessions are in use.
noteSeen := lib.allow("system") if input.who.kind == "system"

# What is over for long is deleted.
purge := lib.allow("system") if input.who.kind == "system"

see := lib.allow("own") if person

list := lib.allow("own") if person

end := lib.allow("own") if input.on.owner == input.who.id

endAll := lib.allow("own") if person

person if input.who.kind in {"account", "guest"}
