package index

import "strings"

// abbreviations are short forms of names and what they stand for.
const abbreviations = `dept department
dep department
emp employee
crs course
prof professor
stu student
fname first name
lname last name
mname middle name
firstname first name
lastname last name
forename first name
surname last name
givenname first name
dob date birth
qty quantity
num number
no number
nr number
nbr number
addr address
desc description
cust customer
acc account
acct account
amt amount
lat latitude
long longitude
lng longitude
lon longitude
avg average
max maximum
min minimum
temp temperature
tel telephone
pop population
lang language
cat category
mgr manager
dir director
org organization
univ university
uni university
pct percent
perc percent
hrs hour
hr hour
mins minute
sec second
yr year
std standard
std student
enr enrollment
bal balance
pos position
govt government
info information
img image
pic picture
src source
dest destination
dst destination
msg message
hosp hospital
prod product
cmi comment
stat state
init initial
trans transaction
attr attribute
ref reference
vol volume
dist distance
dept_name department name
sqft square foot
rep representative
ssn social security number
isbn isbn
gpa grade point average
mpg mile gallon
gdp domestic product
bldg building
apt apartment
mkt market
exp experience
loc location
lic license
inst institution
instid institution
mfg manufacturer
yn yes
jan january
feb february
mar march
apr april
jun june
jul july
aug august
sep september
sept september
oct october
nov november
dec december
pname project name
nm name
nme name
dt date
dte date
tm time
cd code
cde code
ctry country
cntry country
cty city
sal salary
ctr center
cntr center
req request
rqst request
trng training
enrl enrollment
perf performance
cnt count
hdcnt headcount
hc headcount
cap capacity
cmpl completion
compl completion
appl applicant
sched schedule
arr arrival
dprt departure
maint maintenance
mnt maintenance
flg flag
ind indicator
ord order
inv invoice
pmt payment
pymt payment
wt weight
ht height
mfr manufacturer
manuf manufacturer
svc service
srv service
usr user
grp group
mth month
mnth month
wk week
lvl level
chg charge
disc discount
wh warehouse
whs warehouse
whse warehouse
eff effective
upd updated
crt created
sts status
typ type
tot total
phn phone
ph phone
eml email
mob mobile
supp supplier
suppl supplier
vend vendor
vndr vendor
catg category
ctgry category
brnd brand
subcat subcategory
pcs piece
shpmt shipment
dlvry delivery
dlv delivery
deliv delivery
curr currency
ccy currency
rcpt receipt
proj project
tsk task
prio priority
prty priority
assgn assigned
mem member
mbr member
memb member
subscr subscription
veh vehicle
pt patient
pat patient
diag diagnosis
dx diagnosis
rx prescription
meds medication
appt appointment
phys physician
dr doctor
ins insurance
procd procedure
tix ticket
tkt ticket
resv reservation
rsv reservation
bkg booking
pax passenger
psgr passenger
flt flight
arpt airport
acft aircraft
dur duration
rtg rating
rvw review
bon bonus
ann annual
mtg meeting
evt event
cfg configuration
seq sequence
lst last
frst first
gndr gender
occ occupation
edu education
ethn ethnicity
ttl total
`

// Expand returns what a short form stands for ('dept' → department), or nil.
func Expand(word string) []string { return words().abbrev[word] }

// expanded writes the short forms among a name's words out: emp, nm → employee, name.
func expanded(names []string) []string {
	out := make([]string, 0, len(names))
	for _, w := range names {
		if long := Expand(w); long != nil {
			out = append(out, long...)
			continue
		}
		out = append(out, w)
	}
	return out
}

// skeleton says whether a word of a name looks like a word without its vowels: trng, cmpl.
func skeleton(w string) bool {
	if len(w) < 3 || len(w) > 6 || strings.ContainsAny(w, "0123456789") {
		return false
	}
	return !strings.ContainsAny(w[1:], "aeiou") && (len(w) > 3 || w[2] != 'y')
}

// shortens says whether a skeleton may stand for a word: the same first letter, and its letters in the word's order.
func shortens(short, word string) bool {
	if len(word) < len(short)+2 || short[0] != word[0] {
		return false
	}
	k := 0
	for i := 0; i < len(word) && k < len(short); i++ {
		if word[i] == short[k] {
			k++
		}
	}
	return k == len(short)
}
