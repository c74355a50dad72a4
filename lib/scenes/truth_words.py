"""The truth checker's own dictionary: what each word claims about a scene.

Written apart from the annotators' lexicon and importing nothing of it, so that a slip in one is
not repeated in the other. Every entry maps a phrase to (kind, value); see `truth`.
"""

COLOURS = ("black", "white", "gray", "red", "orange", "yellow", "green", "blue", "purple", "pink",
           "brown")  # fmt: skip
NUMBERS = {"one": (1, 1), "two": (2, 2), "three": (3, 3), "four": (4, 4), "five": (5, 5),
           "a couple of": (2, 2), "a pair of": (2, 2), "a few": (3, 5), "several": (3, 9),
           "a group of": (3, 9), "a bunch of": (3, 9)}  # fmt: skip

# noun: the categories it may stand for.
THINGS = """
bicycle bike: bicycle | car automobile sedan: car | motorcycle motorbike: motorcycle
airplane plane jet passenger_jet aircraft: airplane | bus passenger_bus: bus
train passenger_train: train | truck lorry: truck | boat vessel: boat
traffic_light stoplight traffic_signal: traffic light | fire_hydrant hydrant: fire hydrant
stop_sign sign: stop sign | parking_meter meter: parking meter | bench park_bench: bench
seat: bench, chair | bird: bird | cat kitty: cat | dog pup: dog | horse: horse | sheep: sheep
cow: cow | elephant: elephant | bear: bear | zebra: zebra | giraffe: giraffe
animal: bird, cat, dog, horse, sheep, cow, elephant, bear, zebra, giraffe
vehicle: bicycle, car, motorcycle, bus, train, truck
backpack knapsack: backpack | bag: backpack, handbag, suitcase | umbrella: umbrella
handbag purse: handbag | tie necktie: tie | suitcase luggage travel_bag: suitcase
frisbee disc: frisbee | toy: frisbee, kite, teddy bear | skis: skis | snowboard: snowboard
board: snowboard, skateboard, surfboard, blackboard
ball tennis_ball baseball soccer_ball: sports ball
kite: kite | baseball_bat bat: baseball bat | baseball_glove mitt baseball_mitt: baseball glove
skateboard: skateboard | surfboard: surfboard | tennis_racket racket tennis_racquet: tennis racket
bottle: bottle | wine_glass glass_of_wine glass: wine glass | cup mug coffee_cup drink: cup
fork: fork | knife: knife | spoon: spoon | utensil: fork, knife, spoon | bowl: bowl
dish: bowl, plate | plate: plate | banana: banana | apple: apple | sandwich: sandwich
fruit: banana, apple, orange | orange: orange | broccoli: broccoli | carrot: carrot
hot_dog hotdog: hot dog
vegetable: broccoli, carrot | vegetable_pizza: pizza+vegetable | food: sandwich, hot dog, pizza
pizza: pizza
donut doughnut: donut | cake: cake | dessert: donut, cake | chair: chair | couch sofa: couch
potted_plant house_plant: potted plant | plant: potted plant, tree, cactus | bed: bed
table: dining table, desk | dining_table: dining table | toilet: toilet
tv television flat_screen_tv screen: tv | laptop laptop_computer computer: laptop
mouse computer_mouse: mouse | remote remote_control: remote | keyboard computer_keyboard: keyboard
cell_phone phone mobile_phone: cell phone | microwave microwave_oven: microwave
oven stove: oven | toaster: toaster | sink: sink | refrigerator fridge: refrigerator
appliance: microwave, oven, toaster, refrigerator, hair drier | book: book | clock: clock
vase: vase | scissors: scissors | tool: scissors | teddy_bear stuffed_bear teddy: teddy bear
hair_drier hair_dryer blow_dryer: hair drier | toothbrush: toothbrush | window: window
curtains drapes: curtains | rug carpet: rug | painting picture framed_picture: painting
mirror: mirror | lamp floor_lamp: lamp | bookshelf bookcase shelf_full_of_books: bookshelf
cabinet cupboard: cabinet | bathtub tub bath: bathtub | shower_curtain: shower curtain
towel: towel | fireplace: fireplace | desk: desk | tablecloth table_cloth: tablecloth
pot saucepan: pot | blackboard chalkboard: blackboard | candle: candle
crowd spectators fans: crowd
scoreboard: scoreboard | umpire_chair umpire's_chair: umpire chair
tree: tree, palm tree, pine tree
palm_tree palm: palm tree | pine_tree pine evergreen: pine tree | cactus: cactus
flowers blossoms: flowers | rock boulder stone: rock | fence: fence | house: house | barn: barn
building: house, barn, windmill | haystack bale_of_hay hay_bale: haystack | windmill: windmill
lighthouse: lighthouse | tower: lighthouse, control tower | bridge: bridge | fountain: fountain
slide playground_slide: slide | swing swing_set swings: swing | tent: tent | snowman: snowman
campfire fire bonfire: campfire | sandcastle: sandcastle | stall market_stall: stall
mountain mountains: mountain | ramp skate_ramp: ramp | goal soccer_goal: goal
control_tower airport_tower: control tower | lamp_post street_lamp street_light: lamp post
balloons balloon: balloons | wall walls wallpaper: wall
kitten: cat+small | puppy: dog+small | lamb: sheep+small | calf: cow+small | foal: horse+small
bear_cub: bear+small | sailboat sail_boat: boat+sailboat | motorboat motor_boat: boat+motorboat
rowboat row_boat: boat+rowboat | pickup pickup_truck: truck+pickup
blanket picnic_blanket: tablecloth
court tennis_court: court
"""

# noun: whom it may stand for (+ what that person must be doing).
PEOPLE = """
man guy: man | woman lady: woman | boy: boy | girl: girl | child kid: boy girl children
person: man woman boy girl people children | adult: man woman people
surfer: surfing | skier: skiing | snowboarder: snowboarding | skateboarder skater: skateboarding
tennis_player: playing tennis | player: playing tennis, batting, catching
baseball_player: batting, catching | batter: batting | catcher: catching
cyclist bicyclist: cycling | motorcyclist biker: motorcycling | cook: cooking
"""

# place: phrases that name it, whatever preposition stands before.
PLACES = """
beach: beach, sandy beach, sand | ocean: ocean, water, sea | lake: lake, water, shore of a lake
beach: ocean, sea, water | river: river, water, bank of a river | harbor: harbor, docks, water
park: park, grass in a park | garden: garden, back yard, yard | playground: playground
forest: forest, woods, the trees, wooded area | farm: farm, pasture, field on a farm, farm yard
meadow: meadow, grassy field, field, field of grass, grassy hill
savanna: savanna, dry plain, wild, dry field, plains, dry grass | zoo: zoo
desert: desert, desert sand | ski slope: ski slope, snowy mountain, snowy hill, slopes, snow
ski slope: snow covered slope, slope in the snow | snowy field: snow, snowy field, snowy ground
snowy field: snow covered field | skate park: skate park, skateboard park
tennis court: tennis court, court, tennis match
baseball field: baseball field, baseball game, ball field
soccer field: soccer field, sports field, grassy sports field
city street: city street, street, city, street with tall buildings, street in the city
city street: side of a street | suburban street: quiet street, residential street, neighborhood
suburban street: street, houses, street by some houses
country road: country road, rural road, road through fields, side of a country road
plaza: plaza, town square | market: market, outdoor market, market stalls
parking lot: parking lot, car park | train station: train station, station, station platform
train station: train platform | airport: airport, runway, airport runway | sky: sky, air
living room: living room, lounge | bedroom: bedroom | kitchen: kitchen
bathroom: bathroom, restroom | office: office | library: library, library with shelves of books
classroom: classroom, school room | dining room: dining room | restaurant: restaurant, cafe
hallway: hallway, hall of a house | kitchen counter: kitchen counter, counter
wooden table: wooden table, table | desk: desk, work desk | picnic blanket: picnic blanket, blanket
"""

TIMES = """
morning: in the morning, early in the morning, in the early morning
day: during the day, in the daytime, in daylight
sunset: at sunset, at dusk, in the evening, as the sun sets, at sundown
night: at night, at nighttime, in the dark, late at night, on a clear night, on a cloudy night
night: on a rainy night, on a snowy night
"""
WEATHERS = """
clear: on a sunny day, on a clear day, in the sun, under a clear sky, on a clear night
cloudy: on a cloudy day, under a cloudy sky, on an overcast day, under the clouds
cloudy: on a cloudy night
rainy: in the rain, on a rainy day, on a wet rainy day, while it is raining, on a rainy night
snowy: while it is snowing, on a snowy day, in falling snow, as snow falls, on a snowy night
foggy: in the fog, on a foggy day, in thick fog, in the mist
"""

# adjective: (field, value) that the thing must have.
ADJECTIVES = {
    "bearded": ("feature", "beard"), "spotted": ("feature", "spotted"),
    "striped": ("feature", "striped"), "open": ("feature", "open"), "round": ("feature", "round"),
    "bare": ("feature", "bare"), "leafless": ("feature", "bare"), "autumn": ("feature", "autumn"),
    "blossoming": ("feature", "blossoming"), "double-decker": ("feature", "double-decker"),
    "double decker": ("feature", "double-decker"),
    "tiled": ("feature", "tiled"), "checkered": ("feature", "checkered"),
    "pepperoni": ("feature", "pepperoni"), "cheese": ("feature", "cheese"),
    "veggie": ("feature", "vegetable"),
    "strawberry": ("feature", "strawberries"), "birthday": ("feature", "candles"),
    "flowering": ("feature", "flowering blossoming"), "baby": ("size", "small"),
    "young": ("size", "small"), "small": ("size", "small"), "little": ("size", "small"),
}  # fmt: skip
# What follows a noun and says a feature of it.
POSTS = {
    "with pepperoni": "pepperoni", "with vegetables": "vegetable", "with candles": "candles",
    "with strawberries": "strawberries", "topped with strawberries": "strawberries",
    "of flowers": "flowers", "full of flowers": "flowers", "with the lid up": "open",
    "with autumn leaves": "autumn", "in bloom": "blossoming", "with striped sheets": "striped",
    "with a striped blanket": "striped", "with sails": "sailboat",
}  # fmt: skip
GARMENTS = {"shirt": "", "top": "", "jacket": "", "coat": "", "dress": "dress", "suit": "suit",
            "shirts": "", "tops": "", "jackets": "", "coats": "", "dresses": "dress",
            "suits": "suit"}  # fmt: skip
WORN = {"hat": "hat", "hats": "hat", "beard": "beard", "beards": "beard", "glasses": "glasses"}

# Relations that must be facts, those that only claim presence, and words that claim nothing.
STRICT = {"on": "on", "on top of": "on", "in": "in", "under": "under", "underneath": "under",
          "next to": "next to", "beside": "next to", "behind": "behind",
          "in front of": "in front of", "against": "in front of", "at": "at", \
"on the back of": "on"}  # fmt: skip
LOOSE = ("with", "near", "by", "and", "from", "to", "through", "across", "along", "down", "around",
         "over", "above", "into", "among", "during", "of", "wearing", "that has")  # fmt: skip
SPOTS = {"in the background": "back", "in the distance": "back", "nearby": "", \
"in the air": "air", "in the sky": "air", "high in the sky": "air",
         "on the wall": "wall", "on the floor": "floor", "on the window": "window"}  # fmt: skip
FILL = ("there is", "there are", "there", "is", "are", "that is", "that are", "that", \
"a picture of",
        "a photo of", "an image of", "a view of", "out", "up", "high", "while", "pairs of",
        "pair of", "early", "dressed")  # fmt: skip

# verb phrase: actions or poses that it may tell; "thing" allows things, "*" a direct object tied.
VERBS = """
walking, strolling, taking a walk, out for a walk: walking; walking a dog; pulling a suitcase
taking, for a walk, on a leash, out walking: walking a dog; walking
running, jogging, out for a run: running | posing, standing still: standing
standing: standing; waving; holding an umbrella; cooking; carrying a surfboard; thing
waving, waving hello, standing and waving: waving
jumping, jumping in the air, leaping into the air, jumping up: jumping
dancing, dancing around, doing a dance: dancing
sitting, sitting down: sitting; lounging; dining; watching tv; thing; rowing; motorcycling; \
horse riding; elephant riding
seated, resting, relaxing: sitting; lounging; dining; lying
sleeping, asleep, taking a nap, napping: sleeping
watching tv, watching television: watching tv
playing a video game, playing video games, playing a game, \
playing games on the tv: playing video games
reading: reading | looking at: reading; working on a laptop
talking, making a call: talking on the phone
talking on the phone, on the phone: talking on the phone
using: talking on the phone; working on a laptop; cutting paper; brushing teeth; drying hair
taking a picture, taking a photo, taking pictures, to take a picture: taking a picture
eating, enjoying, taking a bite of: eating | having: eating
drinking, taking a drink, having a drink, sipping: drinking
cutting, slicing: cutting a cake | working, typing: working on a laptop
cutting paper, to cut paper, cutting some paper: cutting paper
cooking, cooking food, preparing food: cooking
brushing his teeth, brushing her teeth, brushing their teeth: brushing teeth
to brush his teeth, to brush her teeth, to brush their teeth: brushing teeth
drying his hair, drying her hair, drying their hair, to dry his hair: drying hair
blow drying his hair, blow drying her hair, blow drying their hair: drying hair
to dry her hair, to dry their hair: drying hair | hugging, cuddling: hugging
petting, touching, reaching out to pet: petting | feeding, giving food to: feeding
riding: cycling; motorcycling; horse riding; elephant riding; skateboarding; surfing; skiing; \
snowboarding
cycling, biking: cycling | skateboarding, skating: skateboarding | surfing, surfing a wave: surfing
riding a wave: surfing
carrying: carrying a surfboard; holding an umbrella; walking; standing; waving; running
skiing: skiing | snowboarding: snowboarding
playing tennis, playing a game of tennis: playing tennis | swinging: playing tennis; batting
playing baseball: batting; catching | batting: batting | playing catch: catching
holding out, reaching out: catching | kicking, playing soccer: kicking
throwing, tossing, playing frisbee: throwing | playing: kicking; throwing; flying a kite
holding: playing video games; reading; talking on the phone; eating; drinking; hugging; \
carrying a surfboard; playing tennis; batting; catching; throwing; holding an umbrella; \
taking a picture; walking; standing; waving; running
pulling, dragging: pulling a suitcase | rowing, paddling: rowing
flying: flying; flying a kite; thing | lying, laying, lying down, laying down: lying
grazing, eating grass, grazing on grass: grazing | parked, floating: thing
"""
IRREGULAR = {"man": "men", "woman": "women", "child": "children", "person": "people",
              "knife": "knives", "mouse": "mice", "calf": "calves", "bookshelf": "bookshelves",
              "sheep": "sheep", "aircraft": "aircraft", "skis": "skis", "scissors": "scissors",
              "snowman": "snowmen"}  # fmt: skip
NO_NUMBER = ("flowers", "blossoms", "curtains", "drapes", "balloons", "mountains", "spectators",
             "fans", "swings", "skis", "scissors", "luggage", "fruit", "food", "broccoli", "walls",
             "wallpaper")  # fmt: skip
VERB_STEMS = {"lying": "lie", "sitting": "sit", "running": "run", "cutting": "cut",
               "petting": "pet", "hugging": "hug", "napping": "nap", "sipping": "sip",
               "batting": "bat", "jogging": "jog", "dragging": "drag", \
"laying": "lay"}  # fmt: skip
