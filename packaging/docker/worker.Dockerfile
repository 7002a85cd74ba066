# The worker: carries out one run and exits. Its context is packaging/docker; scripts/image calls it.
# BINARY_IMAGE holds /proofback (toolchain.Dockerfile or binary.Dockerfile makes it), BASE_IMAGE is a Debian 12.
ARG BINARY_IMAGE=proofback-binary
ARG BASE_IMAGE=debian:bookworm-slim
FROM ${BINARY_IMAGE} AS binary

FROM ${BASE_IMAGE}
# What process sandboxes start; another list makes a smaller image for one DBMS.
ARG DBMS="mariadb-server mariadb-backup postgresql"
COPY install-packages /usr/local/sbin/install-packages
# No cluster is made and no server started: every run makes its own.
RUN mkdir -p /etc/postgresql-common \
  && echo "create_main_cluster = false" >>/etc/postgresql-common/createcluster.conf \
  && install-packages age borgbackup bubblewrap bzip2 ca-certificates curl gnupg libmongoc-1.0-0 libsqlite3-0 lz4 openssh-client \
  openssl rclone restic tzdata xz-utils zstd ${DBMS}
RUN groupadd --gid 10001 proofback \
  && useradd --uid 10001 --gid 10001 --home-dir /var/lib/proofback --no-create-home --shell /usr/sbin/nologin proofback \
  && install -d -m 0711 -o proofback -g proofback /var/lib/proofback
COPY --from=binary /proofback /usr/bin/proofback

ENV PROOFBACK_STATE=/var/lib/proofback
USER 10001:10001
WORKDIR /var/lib/proofback
ENTRYPOINT ["proofback"]
CMD ["worker", "--help"]
