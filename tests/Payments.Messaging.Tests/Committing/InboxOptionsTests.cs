using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Payments.Messaging.Tests.Committing;

public sealed class InboxOptionsTests
{
    [Fact]
    public void Value_NothingSet_OutlivesReplays()
    {
        var options = Options([]);

        options.MessageDays.ShouldBeGreaterThan(InboxOptions.ReplayDays);
        options.RowDays.ShouldBeGreaterThanOrEqualTo(options.MessageDays);
    }

    [Theory]
    [InlineData("MessageDays", "30")]
    [InlineData("RowDays", "30")]
    [InlineData("RowDays", "3651")]
    [InlineData("AheadDays", "6")]
    [InlineData("AheadDays", "367")]
    public void Value_DaysOutOfTheirBounds_AreRefusedByName(string setting, string value) =>
        Should.Throw<OptionsValidationException>(() => Options([(setting, value)])).Message.ShouldContain(setting);

    [Fact]
    public void Value_RowsThatWouldGoBeforeTheirBodies_AreRefused() =>
        Should.Throw<OptionsValidationException>(() => Options([("RowDays", "45"), ("MessageDays", "46")]))
            .Message.ShouldContain("Inbox:RowDays (45) must be at least Inbox:MessageDays (46)");

    [Fact]
    public void Value_DaysAtTheirBounds_AreTaken() =>
        Options([("RowDays", "31"), ("MessageDays", "31"), ("AheadDays", "366")]).RowDays.ShouldBe(31);

    private static InboxOptions Options((string Setting, string Value)[] settings)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(s => KeyValuePair.Create($"Inbox:{s.Setting}", (string?)s.Value)))
            .Build();
        using var services = new ServiceCollection()
            .AddLogging()
            .AddDurableMessaging(configuration, _ => { }, (_, _) => { })
            .BuildServiceProvider();
        return services.GetRequiredService<InboxOptions>();
    }
}
