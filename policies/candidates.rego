package carillon.webrtc.candidates

import data.carillon.lib
import rego.v1

add := lib.allow("party") if input.on.party

list := lib.allow("member") if input.on.membership.role
