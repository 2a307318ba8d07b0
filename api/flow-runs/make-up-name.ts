/** Names for runs that were given none: an adjective and a noun, easy to say and to find again. */

const ADJECTIVES = (
  'able amber ample azure brave brief bright brisk calm candid clear clever cosy crisp daring deft eager early easy fair fast fine firm fleet fond free fresh ' +
  'gentle glad golden good grand green happy hardy honest humble ideal jolly keen kind late light lively loyal lucky mellow merry mild modest neat nimble noble ' +
  'open patient plain polite proud pure quick quiet rapid ready rosy sane sharp silent silver smart smooth snug solid spry steady sunny sure swift tidy true ' +
  'upbeat vivid warm wise witty young zesty'
).split(' ')

const NOUNS = (
  'alder anchor antler arch ash aspen badger basin bay beacon beaver beech birch bison bramble bridge brook cairn cedar cliff cloud clover comet condor coral ' +
  'cove crane creek delta dune eagle elm ember falcon fern finch fjord fox garnet glade glen grove gull harbor hare hawk hazel heath heron hill ibis inlet ' +
  'iris island ivy jay juniper kestrel lagoon lake larch lark ledge lily linden lynx maple marten meadow mesa mill moor moss oak oasis opal orca osprey otter ' +
  'owl peak pebble pine pond poplar quail quarry rapids raven reed reef ridge river robin rowan sage seal shoal sparrow spring spruce stork stream summit swan ' +
  'thistle tide trout tundra vale weir willow wren yew'
).split(' ')

/** `random` is in [0, 1), asked twice. */
export const makeUpName = (random: () => number): string => `${pick(ADJECTIVES, random())}-${pick(NOUNS, random())}`

const pick = (words: readonly string[], random: number): string => words[Math.floor(random * words.length)] as string
