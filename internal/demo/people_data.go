package demo

// A nation is where customers come from: how often, how they are called and how their telephones begin.
type nation struct {
	country string
	weight  int
	prefix  string
	streets []string
	cities  []string
	first   []string
	last    []string
	// familyFirst: the family name stands before the given name, without a space where it is written in Chinese characters.
	familyFirst bool
}

// nations lists them, the commonest first. It is a function so that nothing is built before it is wanted.
func nations() []nation {
	return []nation{
		{country: "Germany", weight: 24, prefix: "+49", streets: []string{"Hauptstraße", "Bahnhofstraße", "Gartenweg", "Lindenallee", "Am Markt"},
			cities: []string{"Berlin", "Hamburg", "München", "Köln", "Leipzig", "Stuttgart", "Bremen"},
			first:  []string{"Anna", "Lena", "Lukas", "Jürgen", "Sophie", "Max", "Petra", "Jonas", "Katrin", "Felix", "Ute", "Björn", "Clara", "Emil", "Heike", "Tim"},
			last:   []string{"Müller", "Schmidt", "Schneider", "Fischer", "Weber", "Meyer", "Wagner", "Becker", "Schulz", "Hoffmann", "Koch", "Bauer", "Krüger", "Groß", "von der Heide", "Vogel"}},
		{country: "United States", weight: 20, prefix: "+1", streets: []string{"Main Street", "Oak Avenue", "Maple Drive", "2nd Street", "Park Road"},
			cities: []string{"New York", "Chicago", "Austin", "Seattle", "Denver", "Boston", "Portland"},
			first:  []string{"James", "Mary", "Robert", "Jennifer", "Michael", "Linda", "David", "Ashley", "Daniel", "Emily", "Ethan", "Olivia", "Tyler", "Grace", "Noah", "Zoe"},
			last:   []string{"Smith", "Johnson", "Williams", "Brown", "Jones", "Garcia", "Miller", "Davis", "Rodriguez", "Wilson", "Anderson", "Taylor", "Moore", "Jackson", "Lee", "Baker"}},
		{country: "United Kingdom", weight: 13, prefix: "+44", streets: []string{"High Street", "Station Road", "Church Lane", "Victoria Road", "Mill Lane"},
			cities: []string{"London", "Manchester", "Bristol", "Leeds", "Edinburgh", "Cardiff"},
			first:  []string{"Oliver", "Amelia", "George", "Isla", "Harry", "Poppy", "Jack", "Freya", "Alfie", "Ruby", "Nigel", "Fiona"},
			last:   []string{"Davies", "Evans", "Thomas", "Roberts", "Walker", "Wright", "Robinson", "Thompson", "White", "Hughes", "Edwards", "Green"}},
		{country: "France", weight: 11, prefix: "+33", streets: []string{"rue de la Paix", "avenue Victor-Hugo", "place du Marché", "rue de l'Église", "boulevard Voltaire"},
			cities: []string{"Paris", "Lyon", "Marseille", "Bordeaux", "Nantes", "Lille"},
			first:  []string{"Camille", "Hugo", "Léa", "Louis", "Manon", "Gabriel", "Chloé", "Jules", "Inès", "Théo", "Zoé", "François"},
			last:   []string{"Martin", "Bernard", "Dubois", "Durand", "Leroy", "Moreau", "Lefèvre", "Girard", "D'Angelo", "Fournier", "Mercier", "Bonnet"}},
		{country: "Spain", weight: 8, prefix: "+34", streets: []string{"Calle Mayor", "Gran Vía", "Calle del Sol", "Avenida de la Constitución"},
			cities: []string{"Madrid", "Barcelona", "Valencia", "Sevilla", "Bilbao"},
			first:  []string{"Lucía", "Hugo", "María", "Martín", "Sofía", "Pablo", "Carmen", "Álvaro", "Elena", "Íñigo"},
			last:   []string{"Núñez", "García", "Fernández", "López", "Martínez", "Sánchez", "Pérez", "Muñoz", "Gómez", "Ibáñez"}},
		{country: "Italy", weight: 6, prefix: "+39", streets: []string{"Via Roma", "Via Garibaldi", "Corso Italia", "Piazza Dante"},
			cities: []string{"Milano", "Roma", "Torino", "Bologna", "Napoli"},
			first:  []string{"Giulia", "Francesco", "Sofia", "Alessandro", "Aurora", "Lorenzo", "Alice", "Matteo", "Chiara", "Davide"},
			last:   []string{"Rossi", "Russo", "Ferrari", "Esposito", "Bianchi", "Romano", "Colombo", "Ricci", "Dell'Acqua", "De Luca"}},
		{country: "Netherlands", weight: 5, prefix: "+31", streets: []string{"Dorpsstraat", "Kerkstraat", "Molenweg", "Prinsengracht"},
			cities: []string{"Amsterdam", "Rotterdam", "Utrecht", "Eindhoven"},
			first:  []string{"Daan", "Emma", "Sem", "Julia", "Lars", "Fleur", "Bram", "Sanne"},
			last:   []string{"de Jong", "Jansen", "de Vries", "van den Berg", "Bakker", "van Dijk", "Visser", "'t Hart"}},
		{country: "Poland", weight: 4, prefix: "+48", streets: []string{"ulica Polna", "ulica Leśna", "aleja Jana Pawła II"},
			cities: []string{"Warszawa", "Kraków", "Gdańsk", "Wrocław"},
			first:  []string{"Zofia", "Jan", "Hanna", "Jakub", "Łucja", "Stanisław", "Agnieszka", "Paweł"},
			last:   []string{"Nowak", "Kowalski", "Wiśniewski", "Wójcik", "Kamiński", "Zieliński", "Szymański", "Woźniak"}},
		{country: "Ireland", weight: 3, prefix: "+353", streets: []string{"O'Connell Street", "Patrick Street", "Shop Street"},
			cities: []string{"Dublin", "Cork", "Galway"},
			first:  []string{"Aoife", "Conor", "Niamh", "Seán", "Siobhán", "Liam"},
			last:   []string{"O'Brien", "Murphy", "O'Sullivan", "Kelly", "Byrne", "McCarthy"}},
		{country: "Japan", weight: 3, prefix: "+81", streets: []string{"丸の内", "本町", "中央"},
			cities: []string{"Tokyo", "Osaka", "Kyoto"}, familyFirst: true,
			first: []string{"陽子", "健太", "さくら", "大輔", "美咲", "翔太"},
			last:  []string{"佐藤", "鈴木", "高橋", "田中", "渡辺", "山本"}},
		{country: "Brazil", weight: 2, prefix: "+55", streets: []string{"Rua das Flores", "Avenida Paulista", "Rua São João"},
			cities: []string{"São Paulo", "Rio de Janeiro", "Recife"},
			first:  []string{"João", "Beatriz", "Thiago", "Larissa", "Antônio", "Letícia"},
			last:   []string{"Silva", "Souza", "Oliveira", "Conceição", "Araújo", "Gonçalves"}},
		{country: "Sweden", weight: 1, prefix: "+46", streets: []string{"Storgatan", "Kungsgatan", "Skolvägen"},
			cities: []string{"Stockholm", "Göteborg", "Malmö"},
			first:  []string{"Elsa", "Åsa", "Gustav", "Örjan", "Maja", "Nils"},
			last:   []string{"Andersson", "Öberg", "Lindqvist", "Sjögren", "Åkesson", "Nyström"}},
	}
}

// awkward are names that break careless programs; each is one customer's.
func awkward() []string {
	return []string{"Jennifer Null", "Seamus O'Brien", "José Núñez", "李小龙", "Robert \"Bob\" Tables", "Ana-María de la O", "X Æ", "Test %_ User", "Björk"}
}

func jobs() []job {
	return []job{
		{"Management", "Berlin", 900000, []string{"Chief Executive", "Chief Operating Officer"}, 130000, 2},
		{"Sales", "Berlin", 640000, []string{"Sales Representative", "Key Account Manager", "Sales Assistant"}, 52000, 16},
		{"Customer Support", "Leipzig", 410000, []string{"Support Agent", "Senior Support Agent"}, 41000, 14},
		{"Logistics", "Hamburg", 520000, []string{"Warehouse Clerk", "Forklift Driver", "Shift Supervisor"}, 38000, 18},
		{"Marketing", "Berlin", 750000, []string{"Campaign Manager", "Content Editor", "Designer"}, 56000, 9},
		{"Engineering", "Berlin", 980000, []string{"Software Engineer", "Data Analyst", "Systems Administrator"}, 74000, 12},
		{"Finance", "Köln", 300000, []string{"Accountant", "Controller"}, 61000, 6},
		{"Human Resources", "Köln", 180000, []string{"Recruiter", "HR Partner"}, 54000, 4},
		{"Legal", "Köln", 120000, nil, 0, 0},
	}
}

// A job is a department and whom it employs; Legal has nobody.
type job struct {
	department, location string
	budget               float64
	titles               []string
	salary               float64
	staff                int
}
