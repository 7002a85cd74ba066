print("proofback")
