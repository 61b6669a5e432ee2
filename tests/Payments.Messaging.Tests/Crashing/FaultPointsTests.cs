using Payments.Testing;

namespace Payments.Messaging.Tests.Crashing;

/// <summary>Fault points are for crash tests: the assembly that ships must not have them.</summary>
public sealed class FaultPointsTests
{
    private const byte Return = 0x2a;
    private const byte Nothing = 0x00;

    [Fact]
    public void Product_Built_HasNoFaultPoint()
    {
        var product = new FaultPointCalls(typeof(Deliveries).Assembly.Location);

        product.Calls.ShouldBe(0);
        product.Body.ShouldAllBe(b => b == Return || b == Nothing);
        product.Methods.ShouldBe(["Reach"]);
    }

    [Fact]
    public void FaultWorker_Built_HasThemAll()
    {
        var worker = new FaultPointCalls(FaultyWorker.Program);

        worker.Calls.ShouldBe(5);
        worker.Methods.ShouldContain("Reached");
    }
}
