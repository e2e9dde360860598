package index

import (
	"strings"
	"sync"
)

// synonymGroups are words of one meaning, a group a line. A word may stand in several groups.
const synonymGroups = `country nation nationality
city town
state province
id identifier
code
name title
surname lastname
client customer
buyer customer purchaser
teacher instructor faculty professor lecturer
student pupil
employee staff worker personnel
department division
company firm enterprise business corporation
car vehicle automobile
film movie
flight trip
journey trip travel
plane aircraft airplane
singer musician artist performer vocalist
actor performer cast
concert show
stadium arena venue
pet animal
salary wage pay income earning compensation
price cost fee charge
amount sum
money amount payment
sex gender
age old
birthday birth dob birthdate
phone telephone cellphone mobile
email mail
address location
location place position
job occupation profession
job work
role position
kind type category sort class
class course
color colour
photo picture image
document file
description detail describe
detail information
note comment remark
date day
time hour
year season
start begin
begin open
end finish
join register enroll
enroll enrollment enr
attend attendance
capacity size
length duration long
weight heavy weigh
height tall elevation high altitude
speed fast
area land surface
population people inhabitant resident
score point
rank ranking position
rating rate star
grade gpa score
award prize medal
win champion
team club
player athlete
match game
competition contest tournament
event happening
book publication
paper article publication
author writer
publisher press
song track
album record
language tongue
origin homeland hometown
hometown home
apartment flat unit
building tower
room bedroom
hotel inn
guest visitor
booking reservation
order purchase
buy purchase
product item good merchandise
quantity number count
shop store
branch office
manager boss supervisor
leader head chief
president head
owner possess
mother father parent
doctor physician
patient sick
nurse caregiver
disease illness allergy
treatment cure
medicine medication drug
hospital clinic
school university college
college university
major subject discipline
subject course
grant fund
fund budget
loan lend
account
bank
transaction
payment pay
invoice bill
status state condition
party politics
vote ballot
candidate contestant
election vote
church religion
wedding marriage
husband spouse
friend buddy
user account
follow follower
review comment
like
street road
county
region area
district
continent
river
mountain peak
ship vessel boat
captain
train
station stop
airport
airline carrier
destination arrive arrival to
source depart departure origin from
leave depart
host
theme topic
topic subject
version edition
budget
profit gain
sale revenue
revenue income
market
stock inventory
tax
percent percentage
rate percentage
proportion percentage
gdp
life expectancy
horsepower power
engine
fuel mpg
mileage mpg mile
cylinder
acceleration accelerate
make maker manufacturer produce
manufacturer maker producer
model
channel station
program programme
series show
episode
director direct
writer write
festival
nominate nomination
artwork
result outcome
project
skill
certificate license
contact
level
experience
service
policy
claim
settlement
problem issue
complaint
machine
technician
repair
farm
crop
wine grape
grape
winery
restaurant
dish food
cuisine
ingredient
rating star
inspector
gymnast
swimmer swim
wrestler wrestle
driver drive
race circuit
circuit
lap
season year
coach trainer
debate
mission
attack
perpetrator
kill death
injure injury
survivor
`

// attributes maps a base adjective to the stems of the attributes that it speaks of; a minus turns the direction round.
const attributes = `old age -birth -birthday -dob -build -built -found -founded -year -open -establish -date
young age- birth+ birthday+ dob+
new date year open build found
recent date time year
late date time year
early date- time- year-
expensive price cost fee rate charge
cheap price- cost- fee- rate-
pricey price cost
costly cost price
long length duration time runtime
short length- duration- height- time-
tall height elevation
high height elevation altitude price score rate
low height- elevation- altitude- price- score- rate-
large size area population capacity amount
big size area population capacity
small size- area- population- capacity-
heavy weight
light weight-
fast speed time- horsepower
slow speed- time
rich income wealth salary money asset
poor income- wealth- salary- money-
popular popularity
populous population
crowded population density
good rate score point rank- grade gpa
bad rate- score- point- rank
wide width
deep depth
strong power horsepower strength
powerful power horsepower
hot temperature
cold temperature-
warm temperature
far distance
near distance-
close distance-
successful win revenue
profitable profit
experienced experience year
busy
`

type attribute struct {
	stem string
	dir  int // 1: more of the adjective means a greater value; -1 a smaller one
}

type lexicon struct {
	synonyms map[string][]string
	abbrev   map[string][]string
	attrs    map[string][]attribute
	degree   map[string]degree // inflected adjective → its base and degree
}

type degree struct {
	base        string
	superlative bool
}

// words is the lexicon, read at first use.
var words = sync.OnceValue(func() *lexicon {
	l := &lexicon{
		synonyms: map[string][]string{}, abbrev: map[string][]string{},
		attrs: map[string][]attribute{}, degree: map[string]degree{},
	}
	for line := range strings.Lines(synonymGroups) {
		stems := Stems(strings.Fields(line))
		for _, a := range stems {
			for _, b := range stems {
				if a != b {
					l.synonyms[a] = append(l.synonyms[a], b)
				}
			}
		}
	}
	for line := range strings.Lines(abbreviations) {
		f := strings.Fields(line)
		if _, ok := l.abbrev[f[0]]; !ok {
			l.abbrev[f[0]] = f[1:]
		}
	}
	for line := range strings.Lines(attributes) {
		f := strings.Fields(line)
		for _, a := range f[1:] {
			at := attribute{stem: a, dir: 1}
			if a[0] == '-' || a[len(a)-1] == '-' {
				at.dir = -1
			}
			at.stem = Stem(strings.Trim(a, "+-"))
			l.attrs[f[0]] = append(l.attrs[f[0]], at)
		}
		l.inflect(f[0])
	}
	l.degree["best"], l.degree["better"] = degree{"good", true}, degree{"good", false}
	l.degree["worst"], l.degree["worse"] = degree{"bad", true}, degree{"bad", false}
	l.degree["latest"], l.degree["later"] = degree{"late", true}, degree{"late", false}
	l.degree["eldest"], l.degree["elder"] = degree{"old", true}, degree{"old", false}
	l.degree["furthest"], l.degree["farthest"] = degree{"far", true}, degree{"far", true}
	return l
})

// inflect adds the comparative and the superlative of a short adjective.
func (l *lexicon) inflect(base string) {
	stem := base
	switch {
	case len(base) > 7:
		return
	case strings.HasSuffix(base, "e"):
		stem = base[:len(base)-1]
	case strings.HasSuffix(base, "y"):
		stem = base[:len(base)-1] + "i"
	case len(base) == 3 && base != "old" && base != "low" && base != "new" && base != "far" && base != "bad":
		stem = base + base[2:]
	}
	l.degree[stem+"est"], l.degree[stem+"er"] = degree{base, true}, degree{base, false}
}

// Synonyms returns the stems that may mean the same as a stem.
func Synonyms(stem string) []string { return words().synonyms[stem] }

// Adjective says what an adjective, in any degree, speaks of: 'oldest' gives base 'old'. ok is false for other words.
func Adjective(word string) (base string, superlative, comparative, ok bool) {
	l := words()
	if d, found := l.degree[word]; found {
		return d.base, d.superlative, !d.superlative, true
	}
	if _, found := l.attrs[word]; found {
		return word, false, false, true
	}
	return "", false, false, false
}

// AttributeDirection says whether more of an adjective means a greater (1) or smaller (-1) value of an attribute with
// these stems; 0 where the adjective does not speak of it.
func AttributeDirection(base string, stems []string) int {
	for _, a := range words().attrs[base] {
		for _, s := range stems {
			if s == a.stem {
				return a.dir
			}
		}
	}
	return 0
}
