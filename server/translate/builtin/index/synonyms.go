package index

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
birthday date
full first
full last
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
turnover revenue sale
band artist group
vendor supplier
supplier provider
manager boss supervisor report
hire employ employment
hire start
leave terminate termination quit
ship deliver delivery shipment dispatch
shipper carrier
freight shipping
ticket case issue
signup registration register create
churn cancel cancellation
spend amount total
charge amount
visit appointment
discount rebate reduction
headcount employee
fare price ticket
delay late
earn salary
warehouse depot
refund return
subscription plan
seat capacity
crew staff
passenger traveler traveller
vat tax
margin profit
zip postal postcode
website homepage url site
home site
brand make manufacturer
login sign
remark note
deadline due
paid pay payment
insurance insurer
diagnosis disease illness
prescribe prescription
enrollment enroll
completion complete finish
train training
client account
client patient
customer account
subscriber account
provider vendor
workforce employee
colleague employee
origin departure
destination arrival
`

// Synonyms returns the stems that may mean the same as a stem.
func Synonyms(stem string) []string { return words().synonyms[stem] }
