using System.ComponentModel.DataAnnotations;

namespace Payments.Messaging;

/// <summary>Where the broker is; bound from the section <c>RabbitMq</c>.</summary>
public sealed class BrokerOptions
{
    public const string Section = "RabbitMq";

    /// <summary><c>amqp://user:password@host:port/vhost</c>. No default.</summary>
    [Required]
    public Uri? Uri { get; set; }

    /// <summary>How long the broker may take for an answer while a connection is set up, before it is set up again. Default: 20 s.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan AnswerLimit { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>How long an endpoint may consume nothing although the broker answers, before it is begun anew. Default: 30 s.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan IdleLimit { get; set; } = TimeSpan.FromSeconds(30);
}
