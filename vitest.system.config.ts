import { defineConfig } from 'vitest/config'

// These need root and Debian's mosquitto, mbpoll, libmodbus, socat, tshark, gcc (see .ci/run). They fail without, never skip.
export default defineConfig({
  test: {
    include: ['{gateway,drivers,provisioning}/**/*.system.test.ts'],
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
})
