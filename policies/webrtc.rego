# Signalling by REST: the same rights as by socket.
package carillon.webrtc

import data.carillon.lib
import rego.v1

config := lib.allow("person") if input.who.kind in {"account", "guest"}

offer := lib.allow("member") if lib.member

else := lib.allow("account") if {
	input.who.kind == "account"
	input.on.adHoc == true
}

else := lib.missing("room") if input.on.adHoc == false

# What two have agreed on is theirs; what waits for an answer, and what is over, is their room's.
see := lib.allow("party") if input.on.party == true

else := lib.allow("member") if {
	lib.member
	input.on.answered == false
}

else := lib.allow("system") if input.who.kind == "system"

answer := lib.deny("own") if input.on.offerer == input.who.id

else := lib.allow("member") if lib.member

close := lib.allow("party") if input.on.party == true

purge := lib.allow("system") if input.who.kind == "system"
