# The server. Its context is packaging/docker; scripts/image calls it.
# BINARY_IMAGE holds /proofback (toolchain.Dockerfile or binary.Dockerfile makes it), BASE_IMAGE is a Debian 12.
ARG BINARY_IMAGE=proofback-binary
ARG BASE_IMAGE=debian:bookworm-slim
FROM ${BINARY_IMAGE} AS binary

FROM ${BASE_IMAGE}
# What decoding, locations, messages, Docker sandboxes and launchers on AWS call. PACKAGES adds a DBMS for process sandboxes.
ARG PACKAGES=""
COPY install-packages /usr/local/sbin/install-packages
RUN install-packages age apprise awscli borgbackup bubblewrap bzip2 ca-certificates curl docker.io gnupg libmongoc-1.0-0 \
  libsqlite3-0 lz4 openssh-client openssl qrencode rclone restic tzdata xz-utils zstd ${PACKAGES}
# The same number in every image, so that a volume's files belong to it whatever the release.
RUN groupadd --gid 10001 proofback \
  && useradd --uid 10001 --gid 10001 --home-dir /var/lib/proofback --no-create-home --shell /usr/sbin/nologin proofback \
  && install -d -m 0711 -o proofback -g proofback /var/lib/proofback
COPY --from=binary /proofback /usr/bin/proofback
COPY entry /usr/local/bin/proofback-entry

ENV PROOFBACK_STATE=/var/lib/proofback \
  PROOFBACK_READY_URL=http://127.0.0.1:8080/readyz
USER 10001:10001
WORKDIR /var/lib/proofback
VOLUME /var/lib/proofback
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
  CMD curl --fail --silent --show-error --insecure --max-time 4 "$PROOFBACK_READY_URL"
STOPSIGNAL SIGTERM
ENTRYPOINT ["proofback-entry"]
CMD ["serve", "--listen", "0.0.0.0:8080"]
