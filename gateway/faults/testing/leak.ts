/** Loaded into a gateway's process before everything else: from SIGUSR2 on it leaks, until its heap is full and it dies. */
const leaked: string[][] = []

process.on('SIGUSR2', () => {
  setInterval(() => {
    leaked.push(Array.from({ length: 20_000 }, (_, n) => `${leaked.length} ${n} is never let go`))
  }, 5)
})
