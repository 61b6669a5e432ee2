Console.WriteLine("Payments.Orchestrator");
