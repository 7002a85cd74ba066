# A program that was built outside, as an image with nothing but /proofback. scripts/image gives it a folder with that file.
FROM scratch
COPY proofback /proofback
