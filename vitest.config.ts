import { defineConfig } from 'vitest/config'

const rooms = '{gateway,drivers,provisioning}/**'

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: [`${rooms}/*.test.ts`],
          exclude: ['**/*.system.test.ts', 'node_modules/**'],
          restoreMocks: true,
          // A loaded machine is slow: a property's many runs may take their time.
          testTimeout: 30_000,
          expect: { poll: { timeout: 10_000 } },
        },
      },
      {
        // These need root and Debian's packages (see .ci/run). They fail without,
        // never skip; and they run one after another, since they measure.
        test: {
          name: 'system',
          include: [`${rooms}/*.system.test.ts`],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          expect: { poll: { timeout: 10_000 } },
        },
      },
    ],
  },
})
