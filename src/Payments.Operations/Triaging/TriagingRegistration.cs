namespace Payments.Operations.Triaging;

/// <summary>What failed, where, and whose money is in it.</summary>
internal static class TriagingRegistration
{
    public static void AddTriaging(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<DeadLetterQuery>();
        builder.Services.AddSingleton<DeadLetterGroupQuery>();
    }

    public static void MapTriaging(this WebApplication app)
    {
        var group = app.MapGroup("/v1").WithTags("Triage");
        group.MapGet("/dead-letters", DeadLetterEndpoints.List)
            .WithName("ListDeadLetters").WithSummary("Lists dead letters beside their payments, failed last first.")
            .ProducesProblem(StatusCodes.Status400BadRequest);
        group.MapGet("/dead-letters/groups", DeadLetterEndpoints.Groups)
            .WithName("ListDeadLetterGroups").WithSummary("Lists groups of dead letters that failed alike, seen last first.")
            .ProducesProblem(StatusCodes.Status400BadRequest);
        group.MapGet("/dead-letters/{id}", DeadLetterEndpoints.Show)
            .WithName("GetDeadLetter").WithSummary("One dead letter whole, and the payment it belongs to.")
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status404NotFound);
        group.MapGet("/queues", DeadLetterEndpoints.Queues)
            .WithName("ListQueues").WithSummary("Every queue of the broker: depth, rates, consumers.")
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);
    }
}
