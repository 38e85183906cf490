# A gateway in a container: its state in /var/lib/fanal, its site file in /etc/fanal/site.yaml. Node 26 comes with the lock.
#   docker run -v ./site.yaml:/etc/fanal/site.yaml:ro -v fanal:/var/lib/fanal --device /dev/ttyUSB0 fanal
FROM node:26-bookworm-slim AS packages
WORKDIR /fanal
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --omit=optional --ignore-scripts

FROM node:26-bookworm-slim
WORKDIR /fanal
COPY --from=packages /fanal/node_modules node_modules
COPY package.json LICENSE ./
COPY drivers drivers
COPY gateway gateway
COPY provisioning provisioning
RUN install -d -o node -g node /var/lib/fanal
USER node
VOLUME /var/lib/fanal
ENTRYPOINT ["node", "provisioning/cli.ts"]
CMD ["up", "/etc/fanal/site.yaml", "--state", "/var/lib/fanal"]
