namespace Payments.Flow.Tests.Floor;

/// <summary>It starts the workers itself: the product's and the floor's take the same messages.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class FloorCollection
{
    public const string Name = "floor";
}
