/** Names for runs that nobody named: `brave-otter`. For people; ids tell runs apart. */
const ADJECTIVES =
  'able amber ample apt azure balmy bold brave breezy bright brisk calm candid clever cosmic cosy crisp curious daring deft eager early earnest fair fancy fleet fond frank fresh gentle glad golden grand handy happy hardy honest humble ideal jolly keen kind lively loyal lucid lucky mellow merry mighty mild modest neat nimble noble novel olive patient plucky polite prime proud quick quiet rapid ready regal robust rosy ruby sage serene sharp silver sincere smooth snug solid spry stable steady stout sturdy sunny swift tender tidy tranquil trusty upbeat valiant vivid warm wise witty zesty'.split(
    ' ',
  )
const NOUNS =
  'alder anchor badger bay beacon beaver birch bison brook canyon cedar cliff comet condor coral cove crane creek curlew delta dolphin dune eagle egret elm ember estuary falcon fern finch fjord fox gannet geyser glacier glade grove gull harbor hare hawk hazel heron hill ibis inlet island jay juniper kestrel lagoon lake lark ledge lichen linden lynx magpie maple marlin marsh marten meadow mesa moose moss oak orca osprey otter owl petrel pine plover pond poplar puffin quail rapids raven reef ridge river robin rowan salmon seal shoal shore sparrow spring spruce stork stream summit swan teal tern thrush tide trout valley willow wren'.split(
    ' ',
  )

/** A fresh adjective-noun. `random` gives [0, 1). */
export const generateName = (random: () => number = Math.random): string => `${pick(ADJECTIVES, random)}-${pick(NOUNS, random)}`

const pick = (words: string[], random: () => number): string => words[Math.floor(random() * words.length)] as string
