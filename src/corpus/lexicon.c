#include "corpus/lexicon.h"

static const struct noun persons[] = {
	{ "man", "men" },
	{ "woman", "women" },
	{ "child", "children" },
	{ "friend", 0 },
	{ "king", 0 },
	{ "guard", 0 },
	{ "cook", 0 },
	{ "judge", 0 },
	{ "guide", 0 },
	{ "farmer", 0 },
	{ "painter", 0 },
	{ "teacher", 0 },
	{ "nurse", 0 },
	{ "coach", 0 },
	{ "author", 0 },
	{ "builder", 0 },
	{ "hunter", 0 },
	{ "pilot", 0 },
	{ "rebel", 0 },
	{ "stranger", 0 },
	{ "neighbour", 0 },
	{ "shopkeeper", 0 },
	{ "gatekeeper", 0 },
	{ "storyteller", 0 },
	{ "lighthouseman", "lighthousemen" },
	{ 0, 0 },
};
static const struct noun places[] = {
	{ "house", 0 },     { "garden", 0 },    { "park", 0 },       { "river", 0 },    { "market", 0 },
	{ "school", 0 },    { "hill", 0 },      { "bridge", 0 },     { "forest", 0 },   { "station", 0 },
	{ "field", 0 },     { "harbour", 0 },   { "kitchen", 0 },    { "court", 0 },    { "bank", 0 },
	{ "village", 0 },   { "island", 0 },    { "castle", 0 },     { "workshop", 0 }, { "courtyard", 0 },
	{ "riverside", 0 }, { "farmhouse", 0 }, { "watchtower", 0 }, { 0, 0 },
};
static const struct noun times[] = {
	{ "morning", 0 }, { "evening", 0 },   { "night", 0 },    { "day", 0 },        { "week", 0 }, { "winter", 0 },
	{ "spring", 0 },  { "summer", 0 },    { "hour", 0 },     { "month", 0 },      { "fall", 0 }, { "noon", 0 },
	{ "weekend", 0 }, { "afternoon", 0 }, { "midnight", 0 }, { "springtime", 0 }, { 0, 0 },
};
static const struct noun tools[] = {
	{ "knife", "knives" }, { "hammer", 0 }, { "brush", "brushes" }, { "rope", 0 },
	{ "saw", 0 },          { "boat", 0 },   { "train", 0 },         { "needle", 0 },
	{ "net", 0 },          { "lamp", 0 },   { "cart", 0 },          { "plane", 0 },
	{ "spade", 0 },        { "drill", 0 },  { "wheelbarrow", 0 },   { "pocketknife", "pocketknives" },
	{ "steamboat", 0 },    { 0, 0 },
};
static const struct noun things[] = {
	{ "book", 0 },      { "letter", 0 },    { "watch", "watches" }, { "picture", 0 }, { "table", 0 },
	{ "box", "boxes" }, { "door", 0 },      { "light", 0 },         { "coat", 0 },    { "plan", 0 },
	{ "ring", 0 },      { "map", 0 },       { "gift", 0 },          { "paint", 0 },   { "report", 0 },
	{ "roof", 0 },      { "stamp", 0 },     { "bottle", 0 },        { "wall", 0 },    { "bookcase", 0 },
	{ "rooftile", 0 },  { "lampshade", 0 }, { "doorbell", 0 },      { 0, 0 },
};
static const struct noun stuffs[] = {
	{ "water", 0 }, { "wood", 0 },     { "stone", 0 },     { "glass", 0 }, { "gold", 0 },
	{ "paper", 0 }, { "iron", 0 },     { "oil", 0 },       { "cloth", 0 }, { "salt", 0 },
	{ "clay", 0 },  { "firewood", 0 }, { "sandstone", 0 }, { 0, 0 },
};
static const struct noun feelings[] = {
	{ "joy", 0 },      { "anger", 0 },      { "fear", 0 },    { "care", 0 },  { "hope", 0 },
	{ "doubt", 0 },    { "love", 0 },       { "silence", 0 }, { "haste", 0 }, { "calmness", 0 },
	{ "boldness", 0 }, { "brightness", 0 }, { 0, 0 },
};
static const struct noun events[] = {
	{ "war", 0 },           { "race", 0 },       { "play", 0 },       { "walk", 0 },  { "dance", 0 },
	{ "march", "marches" }, { "feast", 0 },      { "fight", 0 },      { "visit", 0 }, { "storm", 0 },
	{ "trade", 0 },         { "talk", 0 },       { "hunt", 0 },       { "show", 0 },  { "payment", 0 },
	{ "movement", 0 },      { "settlement", 0 }, { "rebuilding", 0 }, { 0, 0 },
};
static const struct noun animals[] = {
	{ "dog", 0 },         { "horse", 0 },     { "bird", 0 }, { "fish", "fish" },
	{ "cat", 0 },         { "fly", "flies" }, { "bear", 0 }, { "duck", 0 },
	{ "wolf", "wolves" }, { "cow", 0 },       { "seal", 0 }, { "watchdog", 0 },
	{ "blackbird", 0 },   { 0, 0 },
};
const struct noun *const lexicon_nouns[NOUN_CLASSES] = { persons, places,   times,  tools,  things,
							 stuffs,  feelings, events, animals };

static const struct verb move[] = {
	{ "walk", 0, 0 },         { "run", "ran", "run" },
	{ "go", "went", "gone" }, { "march", 0, 0 },
	{ "race", 0, 0 },         { "fly", "flew", "flown" },
	{ "travel", 0, 0 },       { "fall", "fell", "fallen" },
	{ "return", 0, 0 },       { "sail", 0, 0 },
	{ "rush", 0, 0 },         { "wander", 0, 0 },
	{ "reappear", 0, 0 },     { 0, 0, 0 },
};
static const struct verb give[] = {
	{ "give", "gave", "given" },
	{ "send", "sent", "sent" },
	{ "show", 0, "shown" },
	{ "bring", "brought", "brought" },
	{ "offer", 0, 0 },
	{ "hand", 0, 0 },
	{ "ship", 0, 0 },
	{ "trade", 0, 0 },
	{ "resend", "resent", "resent" },
	{ 0, 0, 0 },
};
static const struct verb make[] = {
	{ "build", "built", "built" },
	{ "make", "made", "made" },
	{ "paint", 0, 0 },
	{ "cut", "cut", "cut" },
	{ "cook", 0, 0 },
	{ "plan", "planned", "planned" },
	{ "saw", 0, "sawn" },
	{ "hammer", 0, 0 },
	{ "print", 0, 0 },
	{ "brush", 0, 0 },
	{ "rebuild", "rebuilt", "rebuilt" },
	{ "repaint", 0, 0 },
	{ 0, 0, 0 },
};
static const struct verb see[] = {
	{ "see", "saw", "seen" },
	{ "watch", 0, 0 },
	{ "hear", "heard", "heard" },
	{ "guard", 0, 0 },
	{ "fear", 0, 0 },
	{ "love", 0, 0 },
	{ "hunt", 0, 0 },
	{ "visit", 0, 0 },
	{ "follow", 0, 0 },
	{ "fish", 0, 0 },
	{ "overhear", "overheard", "overheard" },
	{ 0, 0, 0 },
};
static const struct verb say[] = {
	{ "say", "said", "said" },
	{ "report", 0, 0 },
	{ "think", "thought", "thought" },
	{ "hope", 0, 0 },
	{ "talk", 0, 0 },
	{ "write", "wrote", "written" },
	{ "judge", 0, 0 },
	{ "doubt", 0, 0 },
	{ "answer", 0, 0 },
	{ 0, 0, 0 },
};
static const struct verb stay[] = {
	{ "stay", 0, 0 }, { "rest", 0, 0 },  { "wait", 0, 0 }, { "sleep", "slept", "slept" }, { "live", 0, 0 },
	{ "play", 0, 0 }, { "dance", 0, 0 }, { "work", 0, 0 }, { "stand", "stood", "stood" }, { 0, 0, 0 },
};
static const struct verb change[] = {
	{ "open", 0, 0 },  { "break", "broke", "broken" },
	{ "close", 0, 0 }, { "light", "lit", "lit" },
	{ "dry", 0, 0 },   { "water", 0, 0 },
	{ "warm", 0, 0 },  { "clean", 0, 0 },
	{ "oil", 0, 0 },   { "reopen", 0, 0 },
	{ 0, 0, 0 },
};
static const struct verb want[] = {
	{ "want", 0, 0 }, { "plan", "planned", "planned" }, { "hope", 0, 0 }, { "try", 0, 0 }, { "fear", 0, 0 },
	{ 0, 0, 0 },
};
const struct verb *const lexicon_verbs[VERB_CLASSES] = { move, give, make, see, say, stay, change, want };

const char *const lexicon_adjectives[] = {
	"old",    "light", "open",     "warm",    "dry",       "clean",    "calm",    "bold",
	"bright", "cold",  "young",    "close",   "small",     "broken",   "painted", "quiet",
	"brave",  "dark",  "unbroken", "unclean", "unpainted", "unopened", 0,
};
const char *const lexicon_adverbs[] = {
	"often",  "fast",     "always",  "early",   "boldly", "calmly",
	"warmly", "brightly", "quietly", "bravely", "coldly", 0,
};
const char *const lexicon_syllables[] = {
	"vel", "tos", "mar", "kin", "dor", "ras", "bel", "nor", "lan", "fer", "gil", "sto", "pen",
	"hal", "wes", "dun", "ter", "bro", "cas", "mel", "or",  "an",  "il",  "ed",  0,
};
const char *const lexicon_endings[2][8] = {
	{ "a", "o", "in", "ert", "is", "en", 0 },
	{ "ton", "ford", "burg", "in", "is", "en", 0 },
};

#define NOUN(class) (GOVERNOR_NOUN + (class))

const struct sense lexicon_senses[] = {
	{ "in", GOVERNOR_VERB, PLACE, "Locus", "Locus", 12 },
	{ "in", GOVERNOR_VERB, TIME, "Time", "Time", 6 },
	{ "in", GOVERNOR_VERB, FEELING, "Manner", "Manner", 4 },
	{ "in", GOVERNOR_ANY_NOUN, PLACE, "Locus", "Locus", 5 },
	{ "at", STAY, PLACE, "Locus", "Locus", 8 },
	{ "at", GOVERNOR_VERB, TIME, "Time", "Time", 5 },
	{ "at", SEE, EVENT, "Circumstance", "Locus", 9 },
	{ "on", GOVERNOR_VERB, TIME, "Time", "Time", 4 },
	{ "on", STAY, PLACE, "Locus", "Locus", 4 },
	{ "on", SAY, EVENT, "Topic", "Topic", 6 },
	{ "on", NOUN(THING), EVENT, "Topic", "Topic", 5 },
	{ "on", MOVE, TOOL, "Means", "Locus", 4 },
	{ "with", GOVERNOR_VERB, PERSON, "Companion", "Ancillary", 7 },
	{ "with", MAKE, TOOL, "Instrument", "Instrument", 10 },
	{ "with", CHANGE, TOOL, "Instrument", "Instrument", 8 },
	{ "with", GOVERNOR_VERB, FEELING, "Manner", "Manner", 6 },
	{ "with", NOUN(PERSON), TOOL, "Possession", "Ancillary", 5 },
	{ "with", CHANGE, STUFF, "Theme", "Instrument", 4 },
	{ "by", GOVERNOR_VERB, TIME, "Time", "Time", 3 },
	{ "by", MOVE, TOOL, "Means", "Means", 6 },
	{ "by", STAY, PLACE, "Locus", "Locus", 5 },
	{ "by", NOUN(THING), PERSON, "Originator", "Agent", 6 },
	{ "for", GOVERNOR_VERB, TIME, "Duration", "Duration", 7 },
	{ "for", MAKE, PERSON, "Beneficiary", "Beneficiary", 7 },
	{ "for", GIVE, EVENT, "Purpose", "Purpose", 4 },
	{ "for", STAY, PERSON, "Theme", "Beneficiary", 4 },
	{ "for", NOUN(TOOL), EVENT, "Purpose", "Purpose", 4 },
	{ "from", MOVE, PLACE, "Source", "Source", 8 },
	{ "from", NOUN(THING), PERSON, "Originator", "Source", 6 },
	{ "from", MAKE, STUFF, "Stuff", "Source", 6 },
	{ "from", STAY, TIME, "StartTime", "Source", 8 },
	{ "of", NOUN(THING), STUFF, "Stuff", "Stuff", 7 },
	{ "of", NOUN(PLACE), PERSON, "Possessor", "Gestalt", 5 },
	{ "of", NOUN(PERSON), PLACE, "Locus", "Gestalt", 4 },
	{ "of", NOUN(EVENT), ANIMAL, "Theme", "Gestalt", 4 },
	{ "of", NOUN(TIME), EVENT, "Time", "Gestalt", 4 },
	{ "to", MOVE, PLACE, "Goal", "Goal", 10 },
	{ "to", GIVE, PERSON, "Recipient", "Goal", 10 },
	{ "to", SAY, PERSON, "Recipient", "Goal", 6 },
	{ "over", MOVE, PLACE, "Path", "Path", 5 },
	{ "over", STAY, TIME, "Duration", "Duration", 3 },
	{ "over", SAY, EVENT, "Topic", "Path", 4 },
	{ "through", MOVE, PLACE, "Path", "Path", 5 },
	{ "through", STAY, EVENT, "Duration", "Path", 3 },
	{ "under", STAY, PLACE, "Locus", "Locus", 3 },
	{ "under", STAY, PERSON, "OrgRole", "Locus", 9 },
	{ "after", GOVERNOR_VERB, EVENT, "Time", "Time", 5 },
	{ "about", SAY, EVENT, "Topic", "Topic", 7 },
	{ "about", NOUN(THING), ANIMAL, "Topic", "Topic", 4 },
	{ 0, 0, PERSON, 0, 0, 0 },
};

const struct question lexicon_questions[] = {
	{ "LOC:place", 8, "where did the {person} {see} the {animal} ?" },
	{ "LOC:place", 4, "in what {place|spot} did {name} {make} the {thing} ?" },
	{ "LOC:place", 4, "where is the {place} of {name} ?" },
	{ "LOC:city", 7, "what {city|town|village} did {name} {see} {pp} ?" },
	{ "LOC:city", 4, "in which {city|town} was the {thing} {made} ?" },
	{ "LOC:city", 3, "what is the {adj} {city|town} {name} {visited|saw} ?" },
	{ "LOC:country", 5, "what {country|kingdom|land} did the {person} {give} the {thing} to ?" },
	{ "LOC:country", 4, "from what {country|land} did {name} {move} {pp} ?" },
	{ "NUM:date", 7, "what {year|month|day} did the {event} of {name} {stay|open|close} ?" },
	{ "NUM:date", 7, "when did {name} {move} to the {place} ?" },
	{ "NUM:date", 3, "in which {year|month} was the {city|town} of {name} {made} ?" },
	{ "NUM:count", 8, "how many {person}s did {name} {see} {pp} ?" },
	{ "NUM:count", 4, "what number of {animal}s {lived|slept|rested} {pp} ?" },
	{ "NUM:period", 5, "how long did the {person} {stay} {pp} ?" },
	{ "NUM:period", 4, "for how many {time}s did {name} {stay} ?" },
	{ "NUM:money", 4, "how much did the {person} pay for the {thing} ?" },
	{ "NUM:money", 3, "what is the {price|cost} of a {thing} {pp} ?" },
	{ "HUM:person", 9, "who {made} the {thing} of {stuff} ?" },
	{ "HUM:person", 5, "what {person} {saw} the {animal} {pp} ?" },
	{ "HUM:person", 4, "which {painter|author|pilot|hunter} {gave} {name} a {thing} ?" },
	{ "HUM:group", 5, "what {team|company|army} {made} the {place} of {name} ?" },
	{ "HUM:group", 3, "which {team|company|army} did the {person} {see} {pp} ?" },
	{ "HUM:title", 3, "what is the {title|rank} of the {person} who {saw} {name} ?" },
	{ "ENTY:animal", 6, "what {animal|beast} did the {person} {see} {pp} ?" },
	{ "ENTY:animal", 3, "what kind of {animal} {moved} to the {place} ?" },
	{ "ENTY:tool", 5, "what {tool|instrument} did {name} {make} the {thing} with ?" },
	{ "ENTY:stuff", 5, "what is the {thing} {made} of ?" },
	{ "ENTY:stuff", 3, "what {metal|liquid} is the {tool} {made} from ?" },
	{ "ENTY:event", 4, "what {event} did the {person} {see} {pp} ?" },
	{ "ENTY:color", 4, "what {colour|shade} is the {thing} of the {person} ?" },
	{ "DESC:definition", 8, "what is a {tool} ?" },
	{ "DESC:definition", 5, "what does the word {feeling} mean ?" },
	{ "DESC:definition", 3, "who is {name} ?" },
	{ "DESC:reason", 7, "why did the {person} {change} the {thing} {pp} ?" },
	{ "DESC:reason", 3, "what made {name} {see} the {event} ?" },
	{ "DESC:manner", 6, "how did {name} {make} a {thing} from {stuff} ?" },
	{ "DESC:manner", 4, "how do {person}s {change} a {tool} ?" },
	{ 0, 0, 0 },
};
