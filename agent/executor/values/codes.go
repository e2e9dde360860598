package values

import (
	"strings"
	"sync"
)

// places are countries and states with the codes that columns hold for them: names, a bar, codes (ISO 3166, and the postal
// codes of states).
const places = `afghanistan,afghan|af,afg
albania,albanian|al,alb
algeria,algerian|dz,dza
argentina,argentine,argentinian|ar,arg
armenia,armenian|am,arm
australia,australian|au,aus
austria,austrian|at,aut
azerbaijan,azerbaijani|az,aze
bangladesh,bangladeshi|bd,bgd
belarus,belarusian|by,blr
belgium,belgian|be,bel
bolivia,bolivian|bo,bol
bosnia,bosnia and herzegovina,bosnian|ba,bih
brazil,brasil,brazilian|br,bra
bulgaria,bulgarian|bg,bgr
cambodia,cambodian|kh,khm
cameroon,cameroonian|cm,cmr
canada,canadian|ca,can
chile,chilean|cl,chl
china,chinese|cn,chn
colombia,colombian|co,col
costa rica,costa rican|cr,cri
croatia,croatian|hr,hrv
cuba,cuban|cu,cub
cyprus,cypriot|cy,cyp
czech republic,czechia,czech|cz,cze
denmark,danish|dk,dnk
dominican republic|do,dom
ecuador,ecuadorian|ec,ecu
egypt,egyptian|eg,egy
estonia,estonian|ee,est
ethiopia,ethiopian|et,eth
finland,finnish|fi,fin
france,french|fr,fra
georgia,georgian|ge,geo
georgia|ga
germany,deutschland,german|de,deu,ger
ghana,ghanaian|gh,gha
greece,greek|gr,grc
guatemala,guatemalan|gt,gtm
hong kong|hk,hkg
hungary,hungarian|hu,hun
iceland,icelandic|is,isl
india,indian|in,ind
indonesia,indonesian|id,idn
iran,iranian|ir,irn
iraq,iraqi|iq,irq
ireland,irish|ie,irl
israel,israeli|il,isr
italy,italian|it,ita
jamaica,jamaican|jm,jam
japan,japanese|jp,jpn
jordan,jordanian|jo,jor
kazakhstan,kazakh|kz,kaz
kenya,kenyan|ke,ken
south korea,korea,republic of korea,korean,south korean|kr,kor
kuwait,kuwaiti|kw,kwt
latvia,latvian|lv,lva
lebanon,lebanese|lb,lbn
lithuania,lithuanian|lt,ltu
luxembourg|lu,lux
malaysia,malaysian|my,mys
malta,maltese|mt,mlt
mexico,méxico,mexican|mx,mex
moldova,moldovan|md,mda
monaco|mc,mco
mongolia,mongolian|mn,mng
morocco,moroccan|ma,mar
nepal,nepalese|np,npl
netherlands,the netherlands,holland,dutch|nl,nld
new zealand,new zealander|nz,nzl
nigeria,nigerian|ng,nga
norway,norwegian|no,nor
pakistan,pakistani|pk,pak
panama,panamanian|pa,pan
paraguay,paraguayan|py,pry
peru,peruvian|pe,per
philippines,filipino,philippine|ph,phl
poland,polish|pl,pol
portugal,portuguese|pt,prt
qatar,qatari|qa,qat
romania,romanian|ro,rou
russia,russian federation,russian|ru,rus
saudi arabia,saudi|sa,sau
serbia,serbian|rs,srb
singapore,singaporean|sg,sgp
slovakia,slovak|sk,svk
slovenia,slovenian|si,svn
south africa,south african|za,zaf
spain,españa,spanish|es,esp
sri lanka,sri lankan|lk,lka
sweden,swedish|se,swe
switzerland,swiss|ch,che
syria,syrian|sy,syr
taiwan,taiwanese|tw,twn
tanzania,tanzanian|tz,tza
thailand,thai|th,tha
tunisia,tunisian|tn,tun
turkey,türkiye,turkish|tr,tur
uganda,ugandan|ug,uga
ukraine,ukrainian|ua,ukr
united arab emirates,emirati|ae,are,uae
united kingdom,great britain,britain,british|uk,gb,gbr
united states,united states of america,america,american|us,usa
uruguay,uruguayan|uy,ury
venezuela,venezuelan|ve,ven
vietnam,vietnamese|vn,vnm
zambia,zambian|zm,zmb
zimbabwe,zimbabwean|zw,zwe
alabama|al
alaska|ak
arizona|az
arkansas|ar
california,californian|ca,cal
colorado|co
connecticut|ct
delaware|de
florida|fl
hawaii|hi
idaho|id
illinois|il
indiana|in
iowa|ia
kansas|ks
kentucky|ky
louisiana|la
maine|me
maryland|md
massachusetts|ma
michigan|mi
minnesota|mn
mississippi|ms
missouri|mo
montana|mt
nebraska|ne
nevada|nv
new hampshire|nh
new jersey|nj
new mexico|nm
new york|ny
north carolina|nc
north dakota|nd
ohio|oh
oklahoma|ok
oregon|or
pennsylvania|pa
rhode island|ri
south carolina|sc
south dakota|sd
tennessee|tn
texas,texan|tx
utah|ut
vermont|vt
virginia|va
washington|wa
west virginia|wv
wisconsin|wi
wyoming|wy
ontario|on
quebec,québec|qc
british columbia|bc
alberta|ab
manitoba|mb
saskatchewan|sk
nova scotia|ns
`

// codesOf maps the folded names of a place to its codes.
var codesOf = sync.OnceValue(func() map[string][]string { //nolint:gochecknoglobals // made when it is first asked for
	out := map[string][]string{}
	for line := range strings.Lines(places) {
		names, codes, _ := strings.Cut(strings.TrimRight(line, "\n"), "|")
		for name := range strings.SplitSeq(names, ",") {
			out[fold(name)] = append(out[fold(name)], strings.Split(codes, ",")...)
		}
	}
	return out
})

// coded adds the codes of a place, of columns alone whose names speak of codes or places: 'in' is Indiana only there.
func (f *finder) coded(i, n int, phrase string) {
	for _, code := range codesOf()[phrase] {
		ids, ok := f.x.known([]string{code})
		if !ok {
			continue
		}
		for e := range lookup(f.x.exact, sequence(ids)) {
			entry := &f.x.entries[e]
			if int(entry.count) == 1 && f.x.holds(entry, ids) == 0 && len(entry.value) == len(code) && holdsCodes(f.x.columns[entry.column].Column) {
				f.add(i, n, e, scoreName)
			}
		}
	}
}

// holdsCodes says whether a column's name speaks of what such codes stand for.
func holdsCodes(column string) bool {
	name := strings.ToLower(column)
	for _, part := range []string{"country", "ctry", "cntry", "nation", "code", "iso", "state", "province", "region", "origin", "market", "locale"} {
		if strings.Contains(name, part) {
			return true
		}
	}
	return name == "cc"
}
