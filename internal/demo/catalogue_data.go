package demo

// A shelf is a leaf category and what stands on it; aisle is the category above.
type shelf struct {
	aisle, name string
	season      float64 // how much more of it sells before Christmas
	goods       []good
}

// A good is a product with its list price.
type good struct {
	name  string
	price float64
}

func shelves() []shelf {
	return []shelf{
		{"Electronics", "Headphones", 1.6, []good{{"Aurora Wireless Headphones", 129}, {"Aurora Earbuds Mini", 59.9}, {"Studio One Over-Ear", 199}, {"Kids' Headphones Panda", 24.9}, {"Sport Clip Earphones", 34.5}, {"Nightfall Noise-Cancelling Headset", 249}}},
		{"Electronics", "Speakers", 1.4, []good{{"Pebble Bluetooth Speaker", 49.9}, {"Tower Speaker 40W", 179}, {"Shower Speaker", 29.9}, {"Soundbar 2.1", 149}, {"Vintage Radio Speaker", 89}}},
		{"Electronics", "Smart Home", 1.5, []good{{"Smart Plug, 4-pack", 39.9}, {"Video Doorbell", 119}, {"Smart Bulb E27", 14.9}, {"Thermostat Duo", 169}, {"Window Sensor", 19.9}, {"Motion Sensor", 24.9}}},
		{"Electronics", "Computers", 1.2, []good{{"13\" Laptop Feather", 1099}, {"27\" Monitor 4K", 349}, {"Mechanical Keyboard", 109}, {"Silent Mouse", 29.9}, {"USB-C Dock 9-in-1", 89}, {"Webcam HD", 64.9}, {"Laptop Stand Aluminium", 39}}},
		{"Electronics", "Phones & Tablets", 1.4, []good{{"Nova Phone 12", 599}, {"Nova Phone 12 Lite", 379}, {"Tablet Slate 10", 289}, {"Phone Case Clear", 14.9}, {"Fast Charger 65W", 34.9}, {"Power Bank 10,000 mAh", 29.9}}},
		{"Home", "Kitchen", 1.3, []good{{"Cast Iron Pan 28 cm", 59}, {"Chef's Knife 20 cm", 74.9}, {"Espresso Maker Moka 6", 32.9}, {"Blender Pro", 119}, {"Kettle Gooseneck", 64.9}, {"Cutting Board Bamboo", 24.9}, {"Mixing Bowls, Set of 5", 36.5}, {"Waffle Iron", 44.9}}},
		{"Home", "Furniture", 0.9, []good{{"Oak Dining Table", 689}, {"Dining Chair Lund", 119}, {"Bookshelf Stockholm", 189}, {"Desk Standing 140", 429}, {"Sofa Two-Seater", 899}, {"Bedside Table", 79}, {"Coat Rack", 49}}},
		{"Home", "Bedding", 1.0, []good{{"Down Duvet 200×200", 149}, {"Linen Sheets Sand", 99}, {"Memory Foam Pillow", 44.9}, {"Wool Blanket Grey", 79}, {"Mattress Topper", 129}}},
		{"Home", "Lighting", 1.2, []good{{"Desk Lamp Arc", 54.9}, {"Floor Lamp Tripod", 129}, {"Pendant Lamp Opal", 89}, {"Fairy Lights 10 m", 17.9}, {"Night Light Moon", 19.9}}},
		{"Clothing", "Women", 1.1, []good{{"Merino Cardigan", 79.9}, {"Linen Dress Azul", 69.9}, {"Raincoat Skye", 119}, {"Jeans Slim", 64.9}, {"Silk Scarf", 39.9}, {"Wool Coat Camel", 229}}},
		{"Clothing", "Men", 1.1, []good{{"Oxford Shirt White", 49.9}, {"Chino Trousers", 59.9}, {"Flannel Shirt", 44.9}, {"Denim Jacket", 99}, {"Merino Jumper", 84.9}, {"Belt Leather", 34.9}}},
		{"Clothing", "Kids", 1.2, []good{{"Dinosaur Pyjamas", 24.9}, {"Rain Trousers Kids", 29.9}, {"T-Shirt 3-pack", 19.9}, {"Winter Overall", 69.9}, {"Knitted Hat", 14.9}}},
		{"Clothing", "Shoes", 1.0, []good{{"Running Shoes Swift", 119}, {"Hiking Boots Alp", 159}, {"Sneakers Canvas", 59.9}, {"Rubber Boots", 39.9}, {"Slippers Felt", 29.9}, {"Sandals Cork", 64.9}}},
		{"Sports", "Fitness", 1.1, []good{{"Yoga Mat 6 mm", 34.9}, {"Dumbbell Set 20 kg", 79}, {"Resistance Bands", 19.9}, {"Foam Roller", 24.9}, {"Rowing Machine", 549}, {"Jump Rope", 12.9}}},
		{"Sports", "Cycling", 0.7, []good{{"Road Bike Helmet", 69.9}, {"City Bike Comfort 7", 649}, {"Bike Lock", 39.9}, {"Bike Lights Set", 29.9}, {"Pannier Bag", 59.9}, {"Floor Pump", 34.9}}},
		{"Sports", "Camping", 0.6, []good{{"Tent for Two", 179}, {"Sleeping Bag -5 °C", 99}, {"Camping Stove", 49.9}, {"Headlamp 400 lm", 34.9}, {"Folding Chair", 29.9}, {"Water Bottle Steel 1 l", 24.9}}},
		{"Books", "Fiction", 1.5, []good{{"The Lighthouse Keeper's Daughter", 12.99}, {"Winter in Kraków", 10.99}, {"A Map of Small Towns", 14.99}, {"The Last Orchard", 11.99}, {"雪国 (Snow Country)", 9.99}, {"One Hundred Doors", 13.99}}},
		{"Books", "Non-fiction", 1.4, []good{{"Statistics Without Tears", 24.99}, {"The Sourdough Handbook", 19.99}, {"A Short History of Maps", 17.99}, {"Gardening for Balconies", 15.99}, {"SQL by Example", 34.99}}},
		{"Books", "Children's Books", 1.8, []good{{"The Bear Who Couldn't Sleep", 9.99}, {"Trucks, Trucks, Trucks", 7.99}, {"My First Atlas", 14.99}, {"Luna and the Moon", 8.99}, {"Le Petit Chat", 9.49}}},
		{"Toys", "Board Games", 2.4, []good{{"Harbour Masters", 39.9}, {"Chess Set Walnut", 54.9}, {"Quiz Night", 24.9}, {"Memory Animals", 12.9}, {"Castle Builders", 44.9}, {"Dice \"Lucky Six\"", 6.9}}},
		{"Toys", "Building Blocks", 2.2, []good{{"Blocks Starter 200", 29.9}, {"Space Station 1,000", 89.9}, {"Fire Engine", 34.9}, {"Marble Run", 49.9}, {"Wooden Train Set", 59.9}}},
		{"Toys", "Plush", 2.0, []good{{"Teddy Bear Bruno", 24.9}, {"Plush Octopus", 19.9}, {"Giant Rabbit", 44.9}, {"Sleepy Sloth", 22.9}}},
		{"Beauty", "Skin Care", 1.3, []good{{"Hand Cream Almond", 8.9}, {"Day Cream SPF 30", 24.9}, {"Face Serum C", 32.9}, {"Crème Brûlée Body Butter", 18.9}, {"Clay Mask", 15.9}, {"Lip Balm Trio", 9.9}}},
		{"Beauty", "Fragrance", 1.9, []good{{"Eau de Cologne N° 5", 64}, {"Scented Candle Fig", 27.9}, {"Rose Water Mist", 16.9}, {"Cedar Beard Oil", 19.9}}},
		{"Garden", "Plants & Seeds", 0.5, []good{{"Tomato Seeds Heirloom", 3.9}, {"Lavender, Potted", 12.9}, {"Monstera Deliciosa", 34.9}, {"Wildflower Mix 1 kg", 19.9}, {"Olive Tree 1.2 m", 119}}},
		{"Garden", "Garden Tools", 0.6, []good{{"Secateurs", 29.9}, {"Spade Ash Handle", 39.9}, {"Garden Hose 25 m", 44.9}, {"Watering Can 10 l", 24.9}, {"Wheelbarrow", 99}, {"Lawn Mower Silent", 329}}},
		{"Food & Drink", "Coffee", 1.3, []good{{"Espresso Blend 1 kg", 21.9}, {"Ethiopia Yirgacheffe 250 g", 11.9}, {"Decaf Colombia 250 g", 10.9}, {"Filter Papers No. 4", 3.9}, {"Cold Brew Kit", 29.9}}},
		{"Food & Drink", "Tea", 1.4, []good{{"Earl Grey 100 Bags", 7.9}, {"Sencha 100 g", 13.9}, {"Rooibos Vanilla", 6.9}, {"Matcha Set 抹茶", 39.9}}},
		{"Food & Drink", "Chocolate", 2.1, []good{{"Dark Chocolate 85 %", 3.9}, {"Pralinés Box of 24", 24.9}, {"Hot Chocolate Spoons", 12.9}, {"Milk Chocolate Hazelnut", 3.5}, {"Advent Calendar Deluxe", 29.9}}},
	}
}

// vendors are the suppliers; the last two deliver nothing.
func vendors() [][3]string {
	return [][3]string{
		{"Nordlicht Elektronik GmbH", "Hamburg", "Germany"}, {"Shenzhen Bright Audio", "Shenzhen", "China"}, {"Hiroshi & Sons", "Osaka", "Japan"},
		{"Casa Bella S.r.l.", "Milano", "Italy"}, {"Holzwerk Allgäu", "Kempten", "Germany"}, {"Fjord Textiles AS", "Bergen", "Norway"},
		{"Lisboa Calçados", "Porto", "Portugal"}, {"Peak Outdoor Inc.", "Denver", "United States"}, {"VeloCity BV", "Utrecht", "Netherlands"},
		{"Penny Lane Publishing", "Liverpool", "United Kingdom"}, {"Spielzeug Krämer", "Nürnberg", "Germany"}, {"Blocks & Co.", "Billund", "Denmark"},
		{"Maison Lavande", "Grasse", "France"}, {"Green Thumb Nurseries", "Boskoop", "Netherlands"}, {"O'Malley Tools Ltd", "Cork", "Ireland"},
		{"Rösterei Kontor", "Bremen", "Germany"}, {"Chocolaterie Dubois", "Bruxelles", "Belgium"}, {"Fábrica del Sol", "Valencia", "Spain"},
		{"Warsaw Paper Works", "Warszawa", "Poland"}, {"Old Mill Trading", "Bristol", "United Kingdom"},
	}
}

func depots() []depot {
	return []depot{
		{"Hamburg Central", "Hamburg", "Germany", 5200}, {"Rotterdam Port", "Rotterdam", "Netherlands", 3800}, {"Lyon Sud", "Lyon", "France", 2400},
		{"Newark East", "Newark", "United States", 4100}, {"Leeds North", "Leeds", "United Kingdom", 1900},
	}
}

// A depot is a warehouse.
type depot struct {
	name, city, country string
	capacity            int
}
