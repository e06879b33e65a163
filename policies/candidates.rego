package carillon.webrtc.candidates

import data.carillon.lib
import rego.v1

add := lib.allow("party") if input.on.party == true

list := lib.allow("party") if input.on.party == true

else := lib.allow("member") if {
	lib.member
	input.on.answered == false
}
