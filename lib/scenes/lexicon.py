"""What the annotators call things: people, doings, places, hours and weathers.

Nouns of categories stand in `world.THINGS`; here is what must agree with a verb or a place.
Lists are parted by '|'. The truth checker has a lexicon of its own and never reads this one.
"""

from lib.scenes.world import THINGS


def words(text: str) -> tuple[str, ...]:
    """Return the parts of a list that is written with '|'."""
    return tuple(x for x in text.split("|") if x)


# who: nouns (and chances) for one such person; their plurals come from the grammar.
WHO = {
    "man": (("man", 66), ("guy", 20), ("person", 9), ("adult", 1)),
    "woman": (("woman", 66), ("lady", 21), ("person", 9), ("adult", 1)),
    "boy": (("boy", 36), ("young boy", 24), ("little boy", 16), ("kid", 9), ("child", 9),
            ("small child", 4)),
    "girl": (("girl", 36), ("young girl", 24), ("little girl", 17), ("kid", 8), ("child", 9),
             ("small child", 4)),
    "people": (("person", 90), ("adult", 10)),
    "children": (("child", 40), ("kid", 36), ("young child", 12), ("little kid", 6)),
}  # fmt: skip

# Nouns that tell what somebody does.
ROLES = {
    "surfing": "surfer", "skiing": "skier", "snowboarding": "snowboarder",
    "skateboarding": "skateboarder|skater", "playing tennis": "tennis player",
    "batting": "baseball player|batter", "cycling": "cyclist|bicyclist",
    "motorcycling": "motorcyclist|biker", "cooking": "cook",
}  # fmt: skip

# What somebody does; {g} is the gear with its article, {own} is his, her or their.
DOINGS = {
    "walking": "walking|strolling|taking a walk|out for a walk",
    "running": "running|jogging|out for a run",
    "standing": "standing|standing still|posing",
    "waving": "waving|waving hello|standing and waving",
    "jumping": "jumping|jumping in the air|leaping into the air|jumping up",
    "dancing": "dancing|dancing around|doing a dance",
    "sitting": "sitting on {g}|sitting on {g}|seated on {g}|resting on {g}|sitting down on {g}",
    "lounging": "sitting {on} {g}|sitting {on} {g}|relaxing {on} {g}|seated {on} {g}|"
                "resting {on} {g}",
    "sleeping": "sleeping {on} {g}|asleep {on} {g}|taking a nap {on} {g}|napping {on} {g}|sleeping",
    "watching tv": "watching tv|watching tv {on} {g}|sitting {on} {g} watching tv|"
                   "watching television|sitting {on} {g} watching television",
    "playing video games": "playing a video game|playing video games|playing a game with {g}|"
                           "holding {g} while playing a video game|playing games on the tv",
    "reading": "reading {g}|reading {g}|reading|looking at {g}|holding {g} and reading",
    "talking on the phone": "talking on {g}|talking on {g}|talking on the phone|using {g}|"
                            "making a call on {g}|on the phone",
    "taking a picture": "taking a picture with {g}|taking a picture|taking a photo with {g}|"
                        "taking pictures with {g}|holding up {g} to take a picture",
    "eating": "eating {g}|eating {g}|enjoying {g}|having {g}|taking a bite of {g}|holding {g}",
    "drinking": "drinking from {g}|drinking from {g}|taking a drink from {g}|having a drink|"
                "holding {g}|sipping from {g}",
    "dining": "sitting at {g}|sitting at {g}|seated at {g}|sitting behind {g}",
    "cutting a cake": "cutting {g}|cutting {g}|slicing {g}|cutting into {g}",
    "working on a laptop": "working on {g}|working on {g}|using {g}|typing on {g}|"
                           "looking at {g}",
    "cutting paper": "cutting paper with {g}|cutting paper|using {g} to cut paper|"
                     "cutting some paper with {g}",
    "cooking": "cooking on {g}|cooking|cooking at {g}|standing at {g} cooking|cooking food on {g}|"
               "preparing food",
    "brushing teeth": "brushing {own} teeth|brushing {own} teeth with {g}|brushing {own} teeth|"
                      "using {g} to brush {own} teeth",
    "drying hair": "drying {own} hair|drying {own} hair with {g}|blow drying {own} hair|"
                   "using {g} to dry {own} hair",
    "hugging": "hugging {g}|hugging {g}|holding {g}|cuddling {g}",
    "walking a dog": "walking {g}|walking {g}|walking {g} on a leash|taking {g} for a walk|"
                     "out walking {g}",
    "petting": "petting {g}|petting {g}|touching {g}|reaching out to pet {g}",
    "feeding": "feeding {g}|feeding {g}|giving food to {g}",
    "cycling": "riding {g}|riding {g}|cycling|on {g}|biking",
    "motorcycling": "riding {g}|riding {g}|on {g}|sitting on {g}",
    "horse riding": "riding {g}|riding {g}|on {g}|on the back of {g}|riding on {g}",
    "elephant riding": "riding {g}|riding {g}|on top of {g}|on the back of {g}|sitting on {g}",
    "skateboarding": "skateboarding|riding {g}|riding {g}|on {g}|riding on {g}|skating on {g}",
    "surfing": "surfing|riding a wave|riding a wave on {g}|surfing a wave|riding {g}|"
               "surfing on {g}|on {g}",
    "carrying a surfboard": "carrying {g}|carrying {g}|holding {g}|standing with {g}",
    "skiing": "skiing|skiing|on {g}|riding {g}|skiing on {g}",
    "snowboarding": "snowboarding|riding {g}|riding {g}|on {g}|riding on {g}",
    "playing tennis": "playing tennis|playing tennis|swinging {g}|holding {g}|"
                      "playing a game of tennis",
    "batting": "swinging {g}|swinging {g}|holding {g}|playing baseball|batting",
    "catching": "holding out {g}|playing catch with {g}|reaching out with {g}|playing baseball|"
                "holding {g}",
    "kicking": "kicking {g}|kicking {g}|playing soccer|playing with {g}",
    "throwing": "throwing {g}|throwing {g}|tossing {g}|playing frisbee|playing with {g}|"
                "holding {g}",
    "flying a kite": "flying {g}|flying {g}|playing with {g}|flying {g} in the air",
    "holding an umbrella": "holding {g}|holding {g}|under {g}|carrying {g}|standing under {g}|"
                           "with {g}",
    "pulling a suitcase": "pulling {g}|pulling {g}|with {g}|dragging {g}|walking with {g}",
    "rowing": "rowing {g}|rowing {g}|in {g}|paddling {g}|sitting in {g}",
}  # fmt: skip
# Doings that go somewhere, so that "down a street" fits.
MOVING = ("walking", "running", "walking a dog", "cycling", "motorcycling", "horse riding",
          "elephant riding", "skateboarding", "skiing", "snowboarding",
          "pulling a suitcase")  # fmt: skip
# The first words of a doing that stay put although the action moves.
STILL = ("on", "with", "sitting", "out", "holding", "playing")

POSES = {
    "standing": "standing", "sitting": "sitting|sitting down|sitting",
    "lying": "lying down|laying down|lying|laying|resting", "walking": "walking",
    "running": "running", "grazing": "grazing|eating grass|grazing on grass",
    "flying": "flying",
}  # fmt: skip
# What things do that do nothing.
IDLE = {"vehicle": "parked|parked|sitting|", "water": "floating|sitting||", "": "sitting||",
        "tall": "standing||"}  # fmt: skip
TALL = ("fire hydrant", "stop sign", "traffic light", "parking meter", "refrigerator", "suitcase",
        "clock", "potted plant")  # fmt: skip

# place: names of it | where one is | where one moves | where a boat or an airplane is.
_PLACES = {
    "beach": ("beach|sandy beach", "on the beach|on a beach|at the beach|on a sandy beach|"
              "on the sand|by the ocean|by the sea", "along the beach|down the beach|on the sand",
              "in the water|near the beach"),
    "ocean": ("ocean|sea", "in the ocean|in the water|in the sea|out in the ocean",
              "across the water", "in the ocean|on the water|in the water|on the sea|out at sea"),
    "lake": ("lake", "by a lake|by the lake|at the lake|near a lake|near the water|"
             "on the shore of a lake", "along a lake|along the water|by a lake",
             "on a lake|on the water|on the lake|in the water"),
    "river": ("river", "by a river|by the river|near a river|on the bank of a river|by the water",
              "along a river|along the river|by a river",
              "on a river|on the water|in the river|on the river"),
    "harbor": ("harbor", "in a harbor|at the harbor|by the docks|at a harbor|near the docks",
               "along the harbor|along the docks",
               "in a harbor|in the harbor|in the water|by the docks"),
    "park": ("park", "in a park|in the park|at the park|at a park|on the grass in a park",
             "through a park|through the park|in a park|across a park", ""),
    "garden": ("garden|back yard", "in a garden|in the garden|in a back yard|in a yard",
               "through a garden|across a yard|in a garden", ""),
    "playground": ("playground", "at a playground|on a playground|at the playground",
                   "across a playground", ""),
    "forest": ("forest|wooded area", "in a forest|in the woods|in the forest|among the trees|"
               "in a wooded area", "through a forest|through the woods|through the forest", ""),
    "farm": ("farm|pasture", "on a farm|in a pasture|at a farm|in a field on a farm|in a farm yard",
             "across a pasture|through a pasture|across a farm", ""),
    "meadow": ("meadow|grassy field", "in a meadow|in a grassy field|in a field|in a field of grass"
               "|on a grassy hill", "through a meadow|across a grassy field|through a field", ""),
    "savanna": ("savanna|dry plain", "in the savanna|on a dry plain|in the wild|in a dry field|"
                "on the plains|in the dry grass", "across the savanna|across a dry plain|"
                "through the dry grass", ""),
    "zoo": ("zoo", "in a zoo|at the zoo|at a zoo", "through a zoo|around a zoo", ""),
    "desert": ("desert", "in the desert|in a desert|on desert sand|in the desert sand",
               "through the desert|across the desert|across the desert sand", ""),
    "ski slope": ("ski slope|snowy hill", "on a ski slope|on a snowy mountain|on a snowy hill|"
                  "on the slopes|in the snow|on a snow covered slope",
                  "down a ski slope|down a snowy hill|down a snowy mountain|down the slopes|"
                  "down a snow covered slope|down a slope in the snow", ""),
    "snowy field": ("snowy field|snow covered field", "in the snow|in a snowy field|in the snow|"
                    "in a snow covered field|on the snowy ground",
                    "through the snow|across a snowy field|across the snow", ""),
    "skate park": ("skate park|skateboard park", "at a skate park|at the skate park|"
                   "in a skate park|in a skateboard park", "through a skate park|at a skate park",
                   ""),
    "tennis court": ("tennis court", "on a tennis court|on the tennis court|on the court|"
                     "at a tennis match|on a tennis court", "", ""),
    "baseball field": ("baseball field|ball field", "on a baseball field|on the baseball field|"
                       "at a baseball game|during a baseball game|on a ball field", "", ""),
    "soccer field": ("soccer field|sports field", "on a soccer field|on the soccer field|"
                     "on a sports field|on a grassy sports field",
                     "across a soccer field|down a soccer field", ""),
    "city street": ("city street|street", "on a city street|on the street|in the city|"
                    "on a street with tall buildings|on a street in the city|on the side of a "
                    "street", "down a city street|down the street|down a street|along a city "
                    "street|through the city", ""),
    "suburban street": ("quiet street|residential street|neighborhood", "on a quiet street|"
                        "in front of houses|in a neighborhood|on a residential street|"
                        "on a street by some houses", "down a quiet street|down the street|"
                        "through a neighborhood|down a residential street", ""),
    "country road": ("country road|rural road", "on a country road|on a road through fields|"
                     "on a rural road|by a country road|on the side of a country road",
                     "down a country road|along a country road|down a rural road|"
                     "down a road through fields", ""),
    "plaza": ("plaza|town square", "on a town square|in a plaza|in a town square|in the plaza",
              "through a plaza|across a town square|across a plaza", ""),
    "market": ("market|outdoor market", "at a market|at an outdoor market|among market stalls|"
               "in a market|at the market", "through a market|through an outdoor market", ""),
    "parking lot": ("parking lot", "in a parking lot|in the parking lot|in a car park",
                    "through a parking lot|across a parking lot", ""),
    "train station": ("train station|station platform", "at a train station|on a station platform|"
                      "at the train station|on a train platform|at the station",
                      "through a train station|along a train platform", ""),
    "airport": ("airport", "at an airport|at the airport", "through an airport|across an airport",
                "at an airport|at the airport|on a runway|on the runway|on an airport runway"),
    "sky": ("sky", "in the sky|in the air|up in the sky|high in the sky",
            "through the sky|in the sky|through the air|across the sky", ""),
    "living room": ("living room|lounge", "in a living room|in the living room|in a lounge|"
                    "in a living room", "", ""),
    "bedroom": ("bedroom", "in a bedroom|in the bedroom|in a bedroom", "", ""),
    "kitchen": ("kitchen", "in a kitchen|in the kitchen|in a kitchen", "", ""),
    "bathroom": ("bathroom|restroom", "in a bathroom|in the bathroom|in a restroom", "", ""),
    "office": ("office", "in an office|in the office|in an office", "", ""),
    "library": ("library", "in a library|in the library|in a library with shelves of books", "",
                ""),
    "classroom": ("classroom|school room", "in a classroom|in the classroom|in a school room", "",
                  ""),
    "dining room": ("dining room", "in a dining room|in the dining room", "", ""),
    "restaurant": ("restaurant|cafe", "in a restaurant|at a restaurant|in a cafe", "", ""),
    "hallway": ("hallway", "in a hallway|in the hallway|in the hall of a house", "", ""),
    "kitchen counter": ("kitchen counter|counter", "on a kitchen counter|on the counter|"
                        "on a counter|on top of a kitchen counter", "", ""),
    "wooden table": ("wooden table|table", "on a wooden table|on a table|on top of a table|"
                     "on the table|on top of a wooden table", "", ""),
    "desk": ("desk", "on a desk|on top of a desk|on the desk|on a work desk", "", ""),
    "picnic blanket": ("picnic blanket", "on a picnic blanket|on a blanket|"
                       "on top of a picnic blanket", "", ""),
}  # fmt: skip
PLACE = {name: tuple(words(part) for part in row) for name, row in _PLACES.items()}

TIMES = {
    "morning": "in the morning|early in the morning|in the early morning",
    "day": "during the day|in the daytime|in daylight",
    "sunset": "at sunset|at dusk|in the evening|as the sun sets|at sundown",
    "night": "at night|at night|at nighttime|in the dark|late at night",
}
# weather: phrases by daylight, and by night.
WEATHERS = {
    "clear": (
        "on a sunny day|on a clear day|in the sun|under a clear sky",
        "on a clear night|under a clear sky",
    ),
    "cloudy": (
        "on a cloudy day|under a cloudy sky|on an overcast day|under the clouds",
        "on a cloudy night|under a cloudy sky",
    ),
    "rainy": (
        "in the rain|on a rainy day|in the rain|on a wet rainy day|while it is raining",
        "in the rain|on a rainy night|while it is raining",
    ),
    "snowy": (
        "while it is snowing|on a snowy day|in falling snow|as snow falls",
        "on a snowy night|while it is snowing|as snow falls",
    ),
    "foggy": ("in the fog|on a foggy day|in thick fog|in the mist", "in the fog"),
}

# Nouns that a feature turns the category into, by (category, feature); "*" is the noun itself.
FEATURED = {
    ("bus", "double-decker"): "double-decker *|double decker *",
    ("truck", "pickup"): "pickup truck|pickup truck|pickup",
    ("boat", "sailboat"): "sailboat|sailboat|sail boat|boat with sails",
    ("boat", "motorboat"): "motorboat|motorboat|motor boat",
    ("boat", "rowboat"): "rowboat|rowboat|row boat",
    ("pizza", "pepperoni"): "pepperoni *|* with pepperoni",
    ("pizza", "vegetable"): "vegetable *|* with vegetables|veggie *",
    ("pizza", "cheese"): "cheese *",
    ("cake", "candles"): "* with candles|birthday *",
    ("cake", "strawberries"): "* with strawberries|strawberry *|* topped with strawberries",
    ("vase", "flowers"): "* of flowers|* with flowers|* full of flowers",
    ("toilet", "open"): "* with the lid up|open *",
    ("tree", "bare"): "bare *|leafless *",
    ("tree", "autumn"): "autumn *|* with autumn leaves",
    ("tree", "blossoming"): "blossoming *|* in bloom|flowering *",
    ("potted plant", "flowering"): "flowering *|* with flowers",
    ("tablecloth", "checkered"): "checkered *|checkered *",
    ("bed", "striped"): "* with striped sheets|* with a striped blanket",
}
# Adjectives from features, said before the colour.
ADJECTIVES = {("book", "open"): "open", ("mirror", "round"): "round", ("rug", "round"): "round",
              ("cow", "spotted"): "spotted"}  # fmt: skip
YOUNG = {"cat": "kitten", "dog": "puppy", "sheep": "lamb|baby sheep", "cow": "calf|baby cow",
         "horse": "foal|young horse", "bear": "bear cub|baby bear"}  # fmt: skip
# Words of the world's table that read oddly in a sentence, or would be said of much else.
UNSAID = frozenset(words("castle of sand|stand|signal|container|light|plants|glass|controller|"
                         "artwork|furniture|glove|people|parasol"))  # fmt: skip

SCENERY = words(
    "tree|palm tree|pine tree|cactus|house|barn|haystack|windmill|lighthouse|bridge|fountain|slide|"
    "swing|tent|snowman|stall|mountain|ramp|goal|control tower|lamp post|crowd|scoreboard|fence|"
    "rock|campfire|flowers|balloons|traffic light|stop sign"
)
ON_WALL = ("painting", "clock", "mirror", "blackboard")
HIGH = ("kite", "bird", "balloons")
# Too far away, or too much of the place, to be near anything.
# A train stands beside a platform and not on it.
TRAIN_PLACES = {"train station": "at a train station|at the train station|at the station",
                "meadow": "in a meadow|in a grassy field|in a field",
                "city street": "in the city|on a city street"}  # fmt: skip
RARE = frozenset({"pup", "kitty", "knapsack", "automobile", "lorry", "saucepan", "teddy", "disc",
                  "tub", "bath", "drapes", "dish", "cupboard", "bookcase"})  # fmt: skip
BALLS = {"playing tennis": "tennis ball|ball", "kicking": "ball|soccer ball",
         "batting": "ball|baseball", "catching": "ball|baseball"}  # fmt: skip
FAR = ("mountain", "crowd", "scoreboard", "control tower", "lighthouse", "windmill")
BENCH_PARKS = ("park", "garden", "lake", "river", "playground", "zoo", "plaza")
VEHICLES = tuple(name for name, thing in THINGS.items() if thing.tag.startswith("vehicle:"))
ANIMALS = tuple(name for name, thing in THINGS.items() if thing.tag.startswith("animal:"))
