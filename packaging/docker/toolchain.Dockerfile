# Builds the program with Swift's own image; what it leaves is an image with nothing but /proofback. scripts/image calls it.
ARG SWIFT_IMAGE=swift:6.3-bookworm
FROM ${SWIFT_IMAGE} AS build
RUN apt-get update -qq \
  && apt-get install -y -qq --no-install-recommends libmongoc-dev libsqlite3-dev libssl-dev libxxhash-dev pkg-config
WORKDIR /source
COPY Package.swift ./
COPY Sources Sources
COPY Tests Tests
COPY docs docs
RUN swift build -c release --static-swift-stdlib --product proofback \
  && install -s .build/release/proofback /proofback

FROM scratch
COPY --from=build /proofback /proofback
