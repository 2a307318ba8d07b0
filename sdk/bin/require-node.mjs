// What the package needs of Node, said before anything of it is used: by the command, and by whoever imports it. Plain JavaScript that every Node understands.
const [major, minor] = process.versions.node.split('.').map(Number)
if (major < 24 || (major === 24 && minor < 2))
  throw new Error(`weir needs Node 24.2 or later, and this is ${process.versions.node} (${process.execPath}).`)
