# A gateway in a container, from the Debian package that `npm run build` makes: its state in /var/lib/fanal, its site file in
# /etc/fanal/site.yaml. It needs neither root nor a root folder that can be written:
#   docker run --read-only --tmpfs /tmp -v ./site.yaml:/etc/fanal/site.yaml:ro -v fanal:/var/lib/fanal --device /dev/ttyUSB0 fanal
# The last stage runs nothing, so that any machine makes the image of any architecture.
ARG BASE=debian:bookworm-slim

FROM --platform=$BUILDPLATFORM ${BASE} AS unpacked
ARG TARGETARCH=amd64
COPY dist/packages/fanal_*_${TARGETARCH}.deb /packages/
RUN dpkg --add-architecture "$TARGETARCH" && apt-get update -qq \
 && cd /packages && apt-get download -qq "libatomic1:$TARGETARCH" \
 && mkdir /image && for deb in *.deb; do dpkg-deb -x "$deb" /image; done \
 && rm -rf /image/usr/share /image/usr/lib/systemd /image/usr/lib/sysusers.d /image/usr/lib/tmpfiles.d /image/usr/lib/modules-load.d \
 && groupadd --gid 960 fanal && useradd --uid 960 --gid 960 --groups dialout --home-dir /var/lib/fanal --shell /usr/sbin/nologin fanal \
 && install -D -m 644 -t /image/etc /etc/passwd /etc/group \
 && install -d -o fanal -g fanal -m 700 /image/var/lib/fanal

FROM ${BASE}
COPY --from=unpacked /image /
USER fanal
VOLUME /var/lib/fanal
ENV CACHE_DIRECTORY=/var/lib/fanal/compiled
HEALTHCHECK --interval=60s --timeout=10s --start-period=30s CMD ["fanal", "status", "--json"]
STOPSIGNAL SIGTERM
CMD ["/usr/lib/fanal/node", "--max-semi-space-size=1", "--lite-mode", "/usr/lib/fanal/lib/gateway.js", \
     "--site", "/etc/fanal/site.yaml", "--profiles", "/etc/fanal/profiles", "--state", "/var/lib/fanal", "--or-last-good"]
