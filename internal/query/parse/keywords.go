package parse

// keyword is a bare word that the grammar of some dialect gives a meaning to; kwNone is any other word. The order is the
// alphabet's, which lookup relies on.
type keyword uint8

// The keywords.
const (
	kwNone keyword = iota
	kwAll
	kwAnd
	kwAnti
	kwAny
	kwArray
	kwAs
	kwAsc
	kwAsof
	kwAsymmetric
	kwAt
	kwBetween
	kwBinary
	kwBoth
	kwBy
	kwCase
	kwCast
	kwCollate
	kwConnect
	kwConvert
	kwCross
	kwCube
	kwCurrent
	kwCurrentCatalog
	kwCurrentDate
	kwCurrentRole
	kwCurrentSchema
	kwCurrentTime
	kwCurrentTimestamp
	kwCurrentUser
	kwDefault
	kwDesc
	kwDistinct
	kwDistinctrow
	kwDiv
	kwDual
	kwElse
	kwEnd
	kwEscape
	kwExcept
	kwExclude
	kwExists
	kwExtract
	kwFalse
	kwFetch
	kwFilter
	kwFirst
	kwFollowing
	kwFor
	kwForce
	kwFrom
	kwFull
	kwGlob
	kwGroup
	kwGrouping
	kwGroups
	kwHaving
	kwHighPriority
	kwIgnore
	kwIlike
	kwIn
	kwIndexed
	kwInner
	kwIntersect
	kwInterval
	kwInto
	kwIs
	kwIsnull
	kwJoin
	kwLast
	kwLateral
	kwLeading
	kwLeft
	kwLike
	kwLimit
	kwLocaltime
	kwLocaltimestamp
	kwLock
	kwMatch
	kwMatchCondition
	kwMaterialized
	kwMember
	kwMinus
	kwMod
	kwNatural
	kwNext
	kwNo
	kwNot
	kwNotnull
	kwNull
	kwNulls
	kwOf
	kwOffset
	kwOn
	kwOnly
	kwOr
	kwOrder
	kwOrdinality
	kwOthers
	kwOuter
	kwOver
	kwOverlaps
	kwOverlay
	kwPartition
	kwPercent
	kwPivot
	kwPlacing
	kwPosition
	kwPositional
	kwPreceding
	kwProcedure
	kwQualify
	kwRange
	kwRecursive
	kwRegexp
	kwRename
	kwRepeatable
	kwReplace
	kwRespect
	kwReturning
	kwRight
	kwRlike
	kwRollup
	kwRow
	kwRows
	kwSample
	kwSelect
	kwSemi
	kwSeparator
	kwSessionUser
	kwSets
	kwSimilar
	kwSome
	kwSounds
	kwSQLBigResult
	kwSQLBufferResult
	kwSQLCache
	kwSQLCalcFoundRows
	kwSQLNoCache
	kwSQLSmallResult
	kwStart
	kwStraightJoin
	kwSubstr
	kwSubstring
	kwSymmetric
	kwSystemUser
	kwTable
	kwTablesample
	kwThen
	kwTies
	kwTime
	kwTo
	kwTop
	kwTrailing
	kwTrim
	kwTrue
	kwTryCast
	kwUnbounded
	kwUnion
	kwUnknown
	kwUnpivot
	kwUse
	kwUser
	kwUsing
	kwUtcDate
	kwUtcTime
	kwUtcTimestamp
	kwValues
	kwVariadic
	kwWhen
	kwWhere
	kwWindow
	kwWith
	kwWithin
	kwWithout
	kwXor
	kwZone
	kwCount
)

// String returns the word in upper case.
func (k keyword) String() string { return keywordNames[k] }

var keywordNames = [kwCount]string{
	kwAll:              "ALL",
	kwAnd:              "AND",
	kwAnti:             "ANTI",
	kwAny:              "ANY",
	kwArray:            "ARRAY",
	kwAs:               "AS",
	kwAsc:              "ASC",
	kwAsof:             "ASOF",
	kwAsymmetric:       "ASYMMETRIC",
	kwAt:               "AT",
	kwBetween:          "BETWEEN",
	kwBinary:           "BINARY",
	kwBoth:             "BOTH",
	kwBy:               "BY",
	kwCase:             "CASE",
	kwCast:             "CAST",
	kwCollate:          "COLLATE",
	kwConnect:          "CONNECT",
	kwConvert:          "CONVERT",
	kwCross:            "CROSS",
	kwCube:             "CUBE",
	kwCurrent:          "CURRENT",
	kwCurrentCatalog:   "CURRENT_CATALOG",
	kwCurrentDate:      "CURRENT_DATE",
	kwCurrentRole:      "CURRENT_ROLE",
	kwCurrentSchema:    "CURRENT_SCHEMA",
	kwCurrentTime:      "CURRENT_TIME",
	kwCurrentTimestamp: "CURRENT_TIMESTAMP",
	kwCurrentUser:      "CURRENT_USER",
	kwDefault:          "DEFAULT",
	kwDesc:             "DESC",
	kwDistinct:         "DISTINCT",
	kwDistinctrow:      "DISTINCTROW",
	kwDiv:              "DIV",
	kwDual:             "DUAL",
	kwElse:             "ELSE",
	kwEnd:              "END",
	kwEscape:           "ESCAPE",
	kwExcept:           "EXCEPT",
	kwExclude:          "EXCLUDE",
	kwExists:           "EXISTS",
	kwExtract:          "EXTRACT",
	kwFalse:            "FALSE",
	kwFetch:            "FETCH",
	kwFilter:           "FILTER",
	kwFirst:            "FIRST",
	kwFollowing:        "FOLLOWING",
	kwFor:              "FOR",
	kwForce:            "FORCE",
	kwFrom:             "FROM",
	kwFull:             "FULL",
	kwGlob:             "GLOB",
	kwGroup:            "GROUP",
	kwGrouping:         "GROUPING",
	kwGroups:           "GROUPS",
	kwHaving:           "HAVING",
	kwHighPriority:     "HIGH_PRIORITY",
	kwIgnore:           "IGNORE",
	kwIlike:            "ILIKE",
	kwIn:               "IN",
	kwIndexed:          "INDEXED",
	kwInner:            "INNER",
	kwIntersect:        "INTERSECT",
	kwInterval:         "INTERVAL",
	kwInto:             "INTO",
	kwIs:               "IS",
	kwIsnull:           "ISNULL",
	kwJoin:             "JOIN",
	kwLast:             "LAST",
	kwLateral:          "LATERAL",
	kwLeading:          "LEADING",
	kwLeft:             "LEFT",
	kwLike:             "LIKE",
	kwLimit:            "LIMIT",
	kwLocaltime:        "LOCALTIME",
	kwLocaltimestamp:   "LOCALTIMESTAMP",
	kwLock:             "LOCK",
	kwMatch:            "MATCH",
	kwMatchCondition:   "MATCH_CONDITION",
	kwMaterialized:     "MATERIALIZED",
	kwMember:           "MEMBER",
	kwMinus:            "MINUS",
	kwMod:              "MOD",
	kwNatural:          "NATURAL",
	kwNext:             "NEXT",
	kwNo:               "NO",
	kwNot:              "NOT",
	kwNotnull:          "NOTNULL",
	kwNull:             "NULL",
	kwNulls:            "NULLS",
	kwOf:               "OF",
	kwOffset:           "OFFSET",
	kwOn:               "ON",
	kwOnly:             "ONLY",
	kwOr:               "OR",
	kwOrder:            "ORDER",
	kwOrdinality:       "ORDINALITY",
	kwOthers:           "OTHERS",
	kwOuter:            "OUTER",
	kwOver:             "OVER",
	kwOverlaps:         "OVERLAPS",
	kwOverlay:          "OVERLAY",
	kwPartition:        "PARTITION",
	kwPercent:          "PERCENT",
	kwPivot:            "PIVOT",
	kwPlacing:          "PLACING",
	kwPosition:         "POSITION",
	kwPositional:       "POSITIONAL",
	kwPreceding:        "PRECEDING",
	kwProcedure:        "PROCEDURE",
	kwQualify:          "QUALIFY",
	kwRange:            "RANGE",
	kwRecursive:        "RECURSIVE",
	kwRegexp:           "REGEXP",
	kwRename:           "RENAME",
	kwRepeatable:       "REPEATABLE",
	kwReplace:          "REPLACE",
	kwRespect:          "RESPECT",
	kwReturning:        "RETURNING",
	kwRight:            "RIGHT",
	kwRlike:            "RLIKE",
	kwRollup:           "ROLLUP",
	kwRow:              "ROW",
	kwRows:             "ROWS",
	kwSample:           "SAMPLE",
	kwSelect:           "SELECT",
	kwSemi:             "SEMI",
	kwSeparator:        "SEPARATOR",
	kwSessionUser:      "SESSION_USER",
	kwSets:             "SETS",
	kwSimilar:          "SIMILAR",
	kwSome:             "SOME",
	kwSounds:           "SOUNDS",
	kwSQLBigResult:     "SQL_BIG_RESULT",
	kwSQLBufferResult:  "SQL_BUFFER_RESULT",
	kwSQLCache:         "SQL_CACHE",
	kwSQLCalcFoundRows: "SQL_CALC_FOUND_ROWS",
	kwSQLNoCache:       "SQL_NO_CACHE",
	kwSQLSmallResult:   "SQL_SMALL_RESULT",
	kwStart:            "START",
	kwStraightJoin:     "STRAIGHT_JOIN",
	kwSubstr:           "SUBSTR",
	kwSubstring:        "SUBSTRING",
	kwSymmetric:        "SYMMETRIC",
	kwSystemUser:       "SYSTEM_USER",
	kwTable:            "TABLE",
	kwTablesample:      "TABLESAMPLE",
	kwThen:             "THEN",
	kwTies:             "TIES",
	kwTime:             "TIME",
	kwTo:               "TO",
	kwTop:              "TOP",
	kwTrailing:         "TRAILING",
	kwTrim:             "TRIM",
	kwTrue:             "TRUE",
	kwTryCast:          "TRY_CAST",
	kwUnbounded:        "UNBOUNDED",
	kwUnion:            "UNION",
	kwUnknown:          "UNKNOWN",
	kwUnpivot:          "UNPIVOT",
	kwUse:              "USE",
	kwUser:             "USER",
	kwUsing:            "USING",
	kwUtcDate:          "UTC_DATE",
	kwUtcTime:          "UTC_TIME",
	kwUtcTimestamp:     "UTC_TIMESTAMP",
	kwValues:           "VALUES",
	kwVariadic:         "VARIADIC",
	kwWhen:             "WHEN",
	kwWhere:            "WHERE",
	kwWindow:           "WINDOW",
	kwWith:             "WITH",
	kwWithin:           "WITHIN",
	kwWithout:          "WITHOUT",
	kwXor:              "XOR",
	kwZone:             "ZONE",
}

// firstKeyword is the first keyword of each letter, A to Z, and kwCount after the last; an empty range where no keyword has the letter.
var firstKeyword = [27]keyword{
	kwAll, kwBetween, kwCase, kwDefault, kwElse, kwFalse, kwGlob, kwHaving, kwIgnore, kwJoin, kwLast, kwLast, kwMatch, kwNatural, kwOf, kwPartition, kwQualify, kwRange, kwSample, kwTable, kwUnbounded, kwValues, kwWhen, kwXor, kwZone, kwZone, kwCount,
}

// lookup finds the keyword that a bare word is, in any case of letters.
func lookup(word string) keyword {
	if len(word) < 2 || len(word) > 19 {
		return kwNone
	}
	first := word[0] &^ 0x20
	if first < 'A' || first > 'Z' {
		return kwNone
	}
	second := word[1] &^ 0x20
next:
	for k := firstKeyword[first-'A']; k < firstKeyword[first-'A'+1]; k++ {
		name := keywordNames[k]
		if len(name) != len(word) || name[1] != second {
			continue
		}
		for i := 2; i < len(word); i++ {
			if c := word[i]; c != name[i] && (c < 'a' || c-0x20 != name[i]) {
				continue next
			}
		}
		return k
	}
	return kwNone
}
